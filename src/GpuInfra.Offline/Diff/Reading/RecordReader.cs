using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff.Reading;

/// <summary>Reads the document that <c>preview --record</c> writes.</summary>
internal static class RecordReader
{
    /// <exception cref="RecordFormatException">It is something else, or of a newer version.</exception>
    public static StackRecord Read(JsonElement document)
    {
        var root = new RecordNode(document, "");
        var format = root.Find("format")?.Count ?? PreviewJson.Format;
        if (format > PreviewJson.Format)
        {
            throw new RecordFormatException(
                "format", $"at most {PreviewJson.Format}, not {format}: a newer gpuinfra wrote it; update this one");
        }

        var resources = root["resources"].Items.Select(RecordValues.Resource).ToImmutableArray();
        var urns = new HashSet<string>(StringComparer.Ordinal);
        return resources.FirstOrDefault(resource => !urns.Add(resource.Urn)) is { } twice
            ? throw new RecordFormatException("resources", $"every URN once; {twice.Urn} is there twice")
            : new StackRecord
            {
                Stack = root["stack"].Text,
                Fleet = Fleet(root["fleet"]) with { TotalUsd = root.Find("costs")?["monthlyUsd"].Money },
                Resources = resources,
                Resolved = root.Find("resolved") is { } resolved
                    ? resolved.Members.ToImmutableSortedDictionary(
                        member => member.Name, member => RecordValues.Map(member.Node), StringComparer.Ordinal)
                    : ImmutableSortedDictionary<string, PropertyValue.Map>.Empty,
                Retired = root.Find("retired") is { } retired ? [.. retired.Items.Select(name => name.Text)] : [],
                Waivers = root.Find("waivers") is { } waivers ? [.. waivers.Items.Select(Waiver)] : [],
                Freezes = root.Find("freezes") is { } freezes ? [.. freezes.Items.Select(Freeze)] : [],
                Outputs = RecordValues.Map(root["outputs"]),
            };
    }

    private static FleetFacts Fleet(RecordNode fleet) => new(
        fleet["planHash"].Text,
        fleet["asOf"].Month,
        fleet["cost"]["monthlyUsd"].Money,
        fleet["headroom"].Number,
        [.. fleet["pools"].Items.Select(Pool).OrderBy(pool => pool.Id, StringComparer.Ordinal)]);

    private static Waiver Waiver(RecordNode waiver) => new(
        waiver["policy"].Text,
        waiver["subject"].Text,
        waiver["reason"].Text,
        waiver["expires"].Day,
        waiver.Find("approvedBy")?.Text);

    private static Freeze Freeze(RecordNode freeze) => new(freeze["from"].Day, freeze["to"].Day, freeze["reason"].Text);

    private static PoolFacts Pool(RecordNode pool) => new(
        pool["id"].Text,
        pool["serving"].Text,
        pool["cloud"].Text,
        pool["region"].Text,
        pool["instanceType"].Text,
        pool["instances"]["desired"].Count,
        pool["monthlyUsd"].Money);
}
