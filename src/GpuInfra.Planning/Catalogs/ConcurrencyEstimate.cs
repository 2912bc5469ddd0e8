using System.Collections.Immutable;

namespace GpuInfra.Planning.Catalogs;

/// <summary>
/// Requests in flight by Little's law, L = λW: a trace says when requests came, not how long they took, so each is taken to last
/// the time to its first token and the time of every further one. Minute by minute.
/// </summary>
/// <param name="TimeToFirstToken">The time to the first token that was assumed.</param>
/// <param name="TimePerOutputToken">The time per output token that was assumed.</param>
/// <param name="Mean">Mean requests in flight.</param>
/// <param name="Quantiles">Requests in flight by percentile of minutes.</param>
public sealed record ConcurrencyEstimate(
    TimeSpan TimeToFirstToken, TimeSpan TimePerOutputToken, double Mean, ImmutableArray<Quantile> Quantiles);
