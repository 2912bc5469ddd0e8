using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans;

/// <summary>How lengths of requests are spread around their mean.</summary>
public abstract record LengthSpread
{
    private LengthSpread()
    {
    }

    /// <summary>Lognormal with the mean that the daily figures give.</summary>
    /// <param name="Sigma">Standard deviation of the logarithm, above zero.</param>
    public sealed record Lognormal(double Sigma) : LengthSpread;

    /// <summary>Quantiles as measured.</summary>
    /// <param name="Points">Ascending percentiles with lengths in tokens that never fall; the last is the longest request.</param>
    public sealed record Measured(ImmutableArray<Quantile> Points) : LengthSpread;
}
