using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;

namespace GpuInfra.Infra;

/// <summary>What a region's component tells the stack.</summary>
/// <param name="Name">The region's name, as <c>aws-us-east-1</c>.</param>
/// <param name="Artefacts">The weights its pools serve.</param>
/// <param name="Weights">Where they are uploaded to, without the artefact's path, as <c>s3://bucket</c>.</param>
/// <param name="EngineImage">The engine's image that its machines pull, by digest.</param>
/// <param name="TrainingImage">The image that trains there; null where nothing does.</param>
internal sealed record RegionOutputs(string Name, ImmutableArray<Artefact> Artefacts, Output<string> Weights, string EngineImage, string? TrainingImage);

/// <summary>The stack's outputs.</summary>
internal static class FleetOutputs
{
    /// <summary>The name of the output that says which image each region's machines pull.</summary>
    public const string EngineImages = "engineImages";

    /// <summary>The name of the output that says which image trains in a region.</summary>
    public const string TrainingImages = "trainingImages";

    public static IDictionary<string, object?> Of(FleetPlan fleet, IReadOnlyCollection<RegionOutputs> regions)
    {
        var outputs = new Dictionary<string, object?>
        {
            ["planHash"] = fleet.PlanHash,
            ["asOf"] = fleet.Plan.AsOf.ToString(),
            ["fleet"] = fleet.Provisioned.ToDictionary(pool => pool.Id, object? (pool) => Describe(pool)),
            ["monthlyUsd"] = Money(fleet.Cost.Monthly.Amount),
            ["headroom"] = fleet.Headroom.ToString(),
            ["weights"] = regions.ToDictionary(region => region.Name, object? (region) => region.Artefacts.ToDictionary(
                artefact => artefact.Key, object? (artefact) => Output.Format($"{region.Weights}/{artefact.Path}"))),
            [EngineImages] = regions.ToDictionary(region => region.Name, object? (region) => region.EngineImage),
        };
        if (regions.Any(region => region.TrainingImage is not null))
        {
            outputs[TrainingImages] = regions.Where(region => region.TrainingImage is not null).ToDictionary(region => region.Name, object? (region) => region.TrainingImage);
        }

        if (fleet.Pools.Any(pool => pool.IsExternal))
        {
            outputs["external"] = fleet.Pools.Where(pool => pool.IsExternal).ToDictionary(pool => pool.Id, object? (pool) => Routed(fleet, pool));
        }

        return outputs;
    }

    /// <summary>Machines that are not ours to register: what a router has to know of them.</summary>
    private static Dictionary<string, object?> Routed(FleetPlan fleet, Pool pool) => new(Describe(pool))
    {
        ["serving"] = pool.Serving,
        ["endpoint"] = fleet.Plan.Ledger.External.First(row => row.Id == pool.InstanceType).Endpoint,
        ["requestsPerSecond"] = Math.Round(pool.RequestsPerSecond, 3),
    };

    private static Dictionary<string, object?> Describe(Pool pool) => new()
    {
        ["instanceType"] = pool.InstanceType,
        ["instances"] = pool.Instances.Desired,
        ["replicas"] = pool.Replicas,
        ["monthlyUsd"] = Money(pool.Monthly.Amount),
    };

    /// <summary>Text, since the engine's numbers are doubles and money is not.</summary>
    private static string Money(decimal amount) =>
        Math.Round(amount, 2, MidpointRounding.AwayFromZero).ToString("F2", CultureInfo.InvariantCulture);
}
