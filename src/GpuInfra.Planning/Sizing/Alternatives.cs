using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Sizing;

/// <summary>A replica with one thing changed, under the same load.</summary>
/// <param name="Change">What is changed, in words.</param>
/// <param name="Setup">The changed replica.</param>
/// <param name="Performance">What it does.</param>
public sealed record Alternative(string Change, ReplicaSetup Setup, Performance Performance)
{
    /// <summary>Output tokens per second of each GPU.</summary>
    public double RatePerGpu => Performance.OutputTokensPerSecond / Setup.Parallelism.Gpus;
}

/// <summary>What one change would do for a replica: twice or half the GPUs, another precision, the next faster GPU.</summary>
public static class Alternatives
{
    /// <summary>Every change that can run, the most tokens per GPU first; ties by the change's words.</summary>
    public static ImmutableArray<Alternative> Of(ReplicaSetup setup, Load load, Catalog catalog) =>
    [
        .. Changes(setup, catalog)
            .Select(change => (change.Words, change.Setup, PerformanceModel.Predict(change.Setup, load).Performance))
            .Where(change => change.Performance is not null)
            .Select(change => new Alternative(change.Words, change.Setup, change.Performance!))
            .OrderByDescending(alternative => alternative.RatePerGpu)
            .ThenBy(alternative => alternative.Change, StringComparer.Ordinal),
    ];

    private static IEnumerable<(string Words, ReplicaSetup Setup)> Changes(ReplicaSetup setup, Catalog catalog)
    {
        var tensor = setup.Parallelism.Tensor;
        foreach (var gpus in new[] { tensor * 2, tensor / 2 }.Where(gpus => setup.Span is null && IsDivisible(setup.Model, gpus)))
        {
            yield return ($"tensor parallel {gpus}", setup with { Parallelism = setup.Parallelism with { Tensor = gpus, AttentionData = 1, Expert = 1 } });
        }

        foreach (var precision in setup.Gpu.Formats.Append(Precision.Int4)
            .Where(precision => precision.BytesPerWeight() != setup.Precision.BytesPerWeight())
            .OrderByDescending(precision => precision == setup.Model.NativePrecision)
            .DistinctBy(precision => precision.BytesPerWeight()))
        {
            yield return ($"{JsonText.Word(precision)} weights", setup with { Precision = precision });
        }

        var faster = catalog.Gpus
            .Where(gpu => gpu.NotChosenBecause is null && gpu.PeakRate(setup.Precision) is not null)
            .Where(gpu => gpu.Bandwidth.BytesPerSecond > setup.Gpu.Bandwidth.BytesPerSecond)
            .OrderBy(gpu => gpu.Bandwidth.BytesPerSecond).ThenBy(gpu => gpu.Id, StringComparer.Ordinal)
            .FirstOrDefault();
        if (faster is not null)
        {
            yield return ($"{faster.Id} instead", setup with { Gpu = faster });
        }
    }

    private static bool IsDivisible(Model model, int gpus) => gpus >= 1 && model.Attention.All(group => group.QueryHeads % gpus == 0);
}
