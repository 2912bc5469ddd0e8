using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Drift;

/// <summary>
/// How fast a pool's replicas were against what Sizing predicts, at whatever load they had. A replica with B requests in its batch answers
/// λ(B) = B/F(B) of them a second, F being a cycle of Sizing (Little's law), so each step with B seen gives a measured over predicted rate: no replica
/// need be full for it.
/// </summary>
public sealed record ThroughputDrift
{
    /// <summary>Steps that a proposal needs at least.</summary>
    public const int LeastSteps = 50;

    /// <summary>Running requests per replica that a step needs: with fewer a replica waits for requests and not for itself.</summary>
    public const double LeastBatch = 1;

    private const double LowPart = 0.1;
    private const double HighPart = 0.9;

    /// <summary>The pool.</summary>
    public required Pool Pool { get; init; }

    /// <summary>Steps that count.</summary>
    public required int Steps { get; init; }

    /// <summary>Measured over predicted rate: what a tenth of the steps stayed below, half of them, and nine tenths. With no steps all are 1.</summary>
    public required (double Low, double Median, double High) Ratio { get; init; }

    /// <summary>The median by batch, in octaves: a ratio that moves with the batch is an error of the model rather than of the machine.</summary>
    public required ImmutableArray<BatchRatio> ByBatch { get; init; }

    /// <summary>What its serving's <c>measured</c> should say of its GPU; null where too little was seen or it is further off than a plan takes.</summary>
    public required MeasuredSpeed? Proposed { get; init; }

    /// <summary>Why nothing is proposed; null where something is.</summary>
    public required string? Note { get; init; }

    /// <summary>The drift of the pools that were seen, in the fleet's order.</summary>
    public static ImmutableArray<ThroughputDrift> Of(FleetPlan fleet, IReadOnlyCollection<ObservedPool> observed, Catalog catalog) =>
    [
        .. from pool in fleet.Pools
           let seen = observed.FirstOrDefault(seen => seen.Pool == pool.Id)
           let serving = fleet.Servings.Single(serving => serving.Serving.Name == pool.Serving)
           where seen is not null && serving.Serving.Model.Task == ModelTask.Generation
           select Of(pool, serving, seen, catalog),
    ];

    /// <summary>The changes that pools propose: of each serving one, GPUs that were not seen staying as they are.</summary>
    /// <param name="drifts">The pools' drift.</param>
    /// <param name="fleet">Their fleet.</param>
    /// <param name="tolerance">How far a speed may lie from what the plan says already, as a part of it.</param>
    public static ImmutableArray<PlanChange> Changes(IEnumerable<ThroughputDrift> drifts, FleetPlan fleet, Share tolerance) =>
    [
        .. from drift in drifts.Where(drift => drift.Proposed is not null)
           group drift by drift.Pool.Serving into serving
           let before = fleet.Servings.Single(item => item.Serving.Name == serving.Key).Serving.Measured
           let seen = serving.GroupBy(drift => drift.Pool.Gpu).Select(gpu => gpu.MaxBy(drift => drift.Steps)!).ToList()
           where seen.Any(drift => Math.Abs(drift.Ratio.Median - 1) > tolerance.Fraction)
           let items = seen.Select(drift => drift.Proposed!).Concat((before?.Items ?? []).Where(item => seen.All(drift => drift.Pool.Gpu != item.Gpu))).OrderBy(item => item.Gpu, StringComparer.Ordinal)
           select new PlanChange($"servings.{serving.Key}.measured", $"[{string.Join(", ", items.Select(Written))}]"),
    ];

    /// <summary>Writes drifts as a member of an object: members are added, never renamed.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<ThroughputDrift> drifts) => json.WriteObjects("throughput", drifts, drift =>
    {
        json.WriteString("pool", drift.Pool.Id);
        json.WriteString("serving", drift.Pool.Serving);
        json.WriteString("gpu", drift.Pool.Gpu);
        json.WriteNumber("steps", drift.Steps);
        json.WriteNumber("low", drift.Ratio.Low);
        json.WriteNumber("median", drift.Ratio.Median);
        json.WriteNumber("high", drift.Ratio.High);
        json.WriteObjects("byBatch", drift.ByBatch, batch =>
        {
            json.WriteNumber("from", batch.From);
            json.WriteNumber("steps", batch.Steps);
            json.WriteNumber("median", batch.Median);
        });
        json.WriteString("note", drift.Note);
    });

    private static string Written(MeasuredSpeed speed) => $"{{ gpu: {speed.Gpu}, speed: {PlanNumber.Percent(speed.Speed.Fraction)}, low: {PlanNumber.Percent(speed.Low.Fraction)} }}";

    private static ThroughputDrift Of(Pool pool, ServingFleet fleet, ObservedPool seen, Catalog catalog)
    {
        var serving = fleet.Serving with { Precision = pool.Engine.Precision, CachePrecision = pool.Engine.CachePrecision, MaxContextTokens = pool.Engine.MaxContextTokens };
        var setup = ReplicaSizer.SetupOf(serving, catalog.FindGpu(pool.Gpu)!, pool.Engine.TensorParallel, Spans.Of(pool, catalog));
        var mix = ReplicaSizer.Counted(serving, RequestMix.Of(fleet.Demand) with { InputTokens = seen.InputTokens, OutputTokens = seen.OutputTokens });
        var cycle = ReplicaSizer.CycleOf(serving, setup, mix, Calibration.Embedded);
        var ratios = seen.Steps.Select(step => (Batch: step.Running / step.Replicas, Rate: step.RequestsPerSecond / step.Replicas))
            .Where(step => step.Batch >= LeastBatch && step.Rate > 0)
            .Select(step => (step.Batch, Ratio: step.Rate * cycle.Of(step.Batch).Seconds / step.Batch))
            .OrderBy(step => step.Ratio).ToImmutableArray();
        var (low, median, high) = ratios.IsEmpty ? (1, 1, 1) : (At(ratios, LowPart), At(ratios, 0.5), At(ratios, HighPart));
        var (speed, least) = (setup.Speed * median, setup.Speed * low);
        var isTaken = speed >= MeasuredSpeed.Least.Fraction && speed <= MeasuredSpeed.Most.Fraction;
        return new ThroughputDrift
        {
            Pool = pool,
            Steps = ratios.Length,
            Ratio = (low, median, high),
            ByBatch =
            [
                .. ratios.GroupBy(step => Math.Floor(Math.Log2(step.Batch))).OrderBy(octave => octave.Key)
                    .Select(octave => new BatchRatio(Math.Pow(2, octave.Key), octave.Count(), At([.. octave], 0.5))),
            ],
            Proposed = ratios.Length >= LeastSteps && isTaken ? new MeasuredSpeed(pool.Gpu, Share.FromFraction(speed), Share.FromFraction(Math.Max(MeasuredSpeed.Least.Fraction / 2, least))) : null,
            Note = ratios.Length < LeastSteps ? FormattableString.Invariant($"{ratios.Length} steps with {LeastBatch} request or more on a replica; {LeastSteps} are needed")
                : isTaken ? null
                : FormattableString.Invariant($"{speed * 100:0} % of what is predicted is outside {MeasuredSpeed.Least.Percent:0} to {MeasuredSpeed.Most.Percent:0} %: it may be another model, engine, GPU or mix than the plan has"),
        };
    }

    private static double At(ImmutableArray<(double Batch, double Ratio)> ordered, double part) => ordered[(int)(part * (ordered.Length - 1))].Ratio;
}

/// <summary>Steps of similar batches.</summary>
/// <param name="From">Running requests per replica, at least this and less than twice of it.</param>
/// <param name="Steps">How many.</param>
/// <param name="Median">Their median of measured over predicted rate.</param>
public readonly record struct BatchRatio(double From, int Steps, double Median);
