using System.Collections.Immutable;
using GpuInfra.Planning.Drift;

namespace GpuInfra.Cli.Metrics;

/// <summary>What the replicas of a stack were seen to do: the figures that plans are held to.</summary>
/// <param name="client">Whom to ask.</param>
/// <param name="over">Over what time.</param>
/// <param name="until">Its end, in seconds since 1970.</param>
internal sealed class ObservedFigures(PrometheusClient client, TimeSpan over, double until)
{
    private const int FewestMinutes = 60;

    private readonly ObservedQueries _queries = new(over);

    /// <summary>Of each serving what it did, by name.</summary>
    public async Task<ImmutableArray<ObservedServing>> ServingsAsync(CancellationToken cancellation)
    {
        var covered = await ByAsync("serving", _queries.StepsSeen, cancellation);
        var requests = await ByAsync("serving", _queries.Requests("serving"), cancellation);
        var input = await ByAsync("serving", _queries.InputTokens("serving"), cancellation);
        var output = await ByAsync("serving", _queries.OutputTokens("serving"), cancellation);
        var peak = await ByAsync("serving", _queries.PeakMinute, cancellation);
        var count = await ByAsync("serving", _queries.MinutesSeen, cancellation);
        return
        [
            .. covered.Select(serving =>
            {
                var ended = requests.GetValueOrDefault(serving.Key);
                var mean = ended / over.TotalSeconds;
                return new ObservedServing(
                    serving.Key, Math.Min(1, serving.Value * ObservedQueries.Step.TotalSeconds / over.TotalSeconds), mean,
                    mean > 0 && count.GetValueOrDefault(serving.Key) >= FewestMinutes ? peak.GetValueOrDefault(serving.Key) / mean : null,
                    ended > 0 ? input.GetValueOrDefault(serving.Key) / ended : null,
                    ended > 0 ? output.GetValueOrDefault(serving.Key) / ended : null);
            }),
        ];
    }

    /// <summary>Of each pool what its replicas did, step by step.</summary>
    public async Task<ImmutableArray<ObservedPool>> PoolsAsync(CancellationToken cancellation)
    {
        var requests = await ByAsync("pool", _queries.Requests("pool"), cancellation);
        var input = await ByAsync("pool", _queries.InputTokens("pool"), cancellation);
        var output = await ByAsync("pool", _queries.OutputTokens("pool"), cancellation);
        var rates = await StepsAsync(ObservedQueries.PoolRates, cancellation);
        var running = await StepsAsync(ObservedQueries.PoolRunning, cancellation);
        var replicas = await StepsAsync(ObservedQueries.PoolReplicas, cancellation);
        return
        [
            .. requests.Where(pool => pool.Value > 0 && rates.ContainsKey(pool.Key) && replicas.ContainsKey(pool.Key)).Select(pool => new ObservedPool(
                pool.Key,
                input.GetValueOrDefault(pool.Key) / pool.Value,
                output.GetValueOrDefault(pool.Key) / pool.Value,
                [
                    .. rates[pool.Key].Where(step => replicas[pool.Key].ContainsKey(step.Key))
                        .Select(step => new ObservedStep(step.Value, running[pool.Key].GetValueOrDefault(step.Key), replicas[pool.Key][step.Key])),
                ])),
        ];
    }

    /// <summary>Of each serving what its requests spent their time on.</summary>
    public async Task<ImmutableArray<ObservedPhases>> PhasesAsync(CancellationToken cancellation)
    {
        var sums = new List<ImmutableSortedDictionary<string, double>>();
        foreach (var query in new[] { _queries.Requests("serving"), _queries.InputTokens("serving"), _queries.OutputTokens("serving") }.Concat(_queries.PhaseSeconds))
        {
            sums.Add(await ByAsync("serving", query, cancellation));
        }

        return [.. sums[0].Keys.Select(name => new ObservedPhases(name, Of(0, name), Of(1, name), Of(2, name), Of(3, name), Of(4, name), Of(5, name), Of(6, name)))];

        double Of(int sum, string name) => sums[sum].GetValueOrDefault(name);
    }

    private async Task<ImmutableSortedDictionary<string, double>> ByAsync(string label, string expression, CancellationToken cancellation) =>
        (await client.AtAsync(expression, until, cancellation)).Where(series => series.Labels.ContainsKey(label))
            .ToImmutableSortedDictionary(series => series.Labels[label], series => series.Value, StringComparer.Ordinal);

    private async Task<ImmutableSortedDictionary<string, ImmutableSortedDictionary<double, double>>> StepsAsync(string expression, CancellationToken cancellation)
    {
        var step = ObservedQueries.Step.TotalSeconds;
        return (await client.BetweenAsync(expression, until - over.TotalSeconds + step, until, step, cancellation)).Where(series => series.Labels.ContainsKey("pool"))
            .ToImmutableSortedDictionary(series => series.Labels["pool"], series => series.Values, StringComparer.Ordinal);
    }
}
