using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Diff.Reading;
using GpuInfra.Planning;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Offline.Reviews;

/// <summary>What a stack says it runs: its outputs, as <c>pulumi stack output --json</c> writes them.</summary>
/// <param name="PlanHash">The hash of the plan that was deployed last.</param>
/// <param name="AsOf">Its month.</param>
/// <param name="MonthlyUsd">What its machines cost a month.</param>
/// <param name="Pools">Its pools, ordered by id: instance type and machines.</param>
public sealed record RunningStack(string PlanHash, string AsOf, decimal MonthlyUsd, ImmutableArray<(string Id, string InstanceType, int Instances)> Pools)
{
    /// <summary>Reads a file of outputs.</summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <exception cref="PlanException">It is missing or holds something else.</exception>
    public static RunningStack Read(string path, string shown) => JsonFile.Read(path, shown, "what `pulumi stack output --json` wrote", root => new RunningStack(
        root["planHash"].Text,
        root["asOf"].Month,
        Money(root["monthlyUsd"]),
        [.. root["fleet"].Members.Select(pool => (pool.Name, pool.Node["instanceType"].Text, pool.Node["instances"].Count)).OrderBy(pool => pool.Name, StringComparer.Ordinal)]));

    /// <summary>
    /// What a deployment changes beyond a reviewed change, because its base was not deployed yet: each pool as it runs and as the base has it.
    /// </summary>
    public ImmutableArray<(string Pool, string Runs, string Base)> Behind(FleetFacts reviewed)
    {
        var runs = Pools.ToDictionary(pool => pool.Id, pool => Text(pool.Instances, pool.InstanceType), StringComparer.Ordinal);
        var planned = reviewed.Pools.Where(pool => pool.Cloud != JsonText.Word(CloudProvider.External)).ToDictionary(pool => pool.Id, pool => Text(pool.Instances, pool.InstanceType), StringComparer.Ordinal);
        return [.. runs.Keys.Union(planned.Keys).Order(StringComparer.Ordinal)
            .Select(pool => (pool, runs.GetValueOrDefault(pool, "nothing"), planned.GetValueOrDefault(pool, "nothing")))
            .Where(pool => pool.Item2 != pool.Item3)];
    }

    private static string Text(int instances, string type) => FormattableString.Invariant($"{instances} × {type}");

    private static decimal Money(RecordNode node) => decimal.TryParse(node.Text, NumberStyles.Number, CultureInfo.InvariantCulture, out var money)
        ? money
        : throw new RecordFormatException(node.Path, "an amount as text");
}
