using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Sizing.Starts;

/// <summary>How long it takes from asking for a machine to its replicas' first token, stage after stage as the start script takes them.</summary>
/// <param name="Store">Where the weights come from.</param>
/// <param name="Steps">The stages that take time, in order; none for a warm standby.</param>
public sealed record StartTime(WeightStore Store, ImmutableArray<StartStep> Steps)
{
    // What the start script checks at a time (xargs -P 8).
    private const int ChecksumsAtOnce = 8;

    /// <summary>All stages together.</summary>
    public TimeSpan Total => Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration);

    /// <summary>
    /// The start of a machine's replicas, which load side by side, each GPU its part. With the time t and rate r of a stage it takes
    /// t + bytes / r, the rate of a store bounded by the machine's network.
    /// </summary>
    /// <param name="catalog">Times and rates.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="weights">Bytes of the checkpoint.</param>
    /// <param name="gpusPerReplica">GPUs that hold a replica's weights together, at least 1.</param>
    /// <param name="store">Where the weights come from.</param>
    public static StartTime Of(Catalog catalog, Machine machine, ByteSize weights, int gpusPerReplica, WeightStore store)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(gpusPerReplica, 1);
        return new StartTime(store, [.. StagesOf(store).Select(stage => Step(catalog.StartFact(machine.Cloud, stage))).Where(step => step.Duration > TimeSpan.Zero)]);

        StartStep Step(StartFact fact)
        {
            var (bytes, rate) = fact.Stage switch
            {
                StartStage.ObjectStore or StartStage.SharedFileSystem => (weights, Slower(fact.Rate, machine.Network)),
                StartStage.Checksum => (weights, fact.Rate * Math.Min(ChecksumsAtOnce, machine.VCpus ?? ChecksumsAtOnce)),
                StartStage.Load => (weights / gpusPerReplica, fact.Rate),
                _ => (fact.Bytes ?? weights, fact.Rate),
            };
            return new StartStep(
                fact.Stage, fact.Fixed + TimeSpan.FromSeconds(rate is { BytesPerSecond: > 0 } known ? bytes.TotalBytes / known.BytesPerSecond : 0), fact.Grade, fact.Source, fact.AsOf);
        }
    }

    private static ImmutableArray<StartStage> StagesOf(WeightStore store) => store switch
    {
        WeightStore.ObjectStore =>
            [StartStage.Boot, StartStage.Driver, StartStage.EngineImage, StartStage.ObjectStore, StartStage.Checksum, .. Replica],
        WeightStore.SharedFileSystem =>
            [StartStage.Boot, StartStage.Driver, StartStage.EngineImage, StartStage.SharedFileSystem, .. Replica],
        WeightStore.BakedImage => [StartStage.Boot, StartStage.Driver, StartStage.BakedImage, .. Replica],
        WeightStore.LocalCache => Replica,
        WeightStore.StoppedStandby => [StartStage.Boot, StartStage.Driver, StartStage.RootDisk, .. Replica],
        WeightStore.WarmStandby => [],
        _ => throw new ArgumentOutOfRangeException(nameof(store), store, "A store that this version does not know."),
    };

    private static ImmutableArray<StartStage> Replica => [StartStage.Engine, StartStage.Load, StartStage.WarmUp];

    private static ByteRate? Slower(ByteRate? store, ByteRate? network) =>
        store is { } known && network is { } bound && bound.BytesPerSecond < known.BytesPerSecond ? bound : store;
}

/// <summary>A stage of a start.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Duration">How long it takes, above zero.</param>
/// <param name="Grade">How well it is known, as in <see cref="StartFact"/>.</param>
/// <param name="Source">Where its figures stand.</param>
/// <param name="AsOf">Their date.</param>
public sealed record StartStep(StartStage Stage, TimeSpan Duration, string Grade, string Source, DateOnly AsOf);
