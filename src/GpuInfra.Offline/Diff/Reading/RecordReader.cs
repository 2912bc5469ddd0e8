using System.Collections.Immutable;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff.Reading;

/// <summary>Reads the document that <c>preview --record</c> writes.</summary>
internal static class RecordReader
{
    /// <exception cref="RecordFormatException">It is something else, or of a newer version.</exception>
    public static StackRecord Read(RecordNode root)
    {
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
                Fleet = FleetReader.Read(root["fleet"], root.Find("survivability")) with
                {
                    TotalUsd = root.Find("costs")?["monthlyUsd"].Money,
                    Orders = root.Find("orders") is { } orders ? [.. orders.Items.Select(FleetReader.Order)] : [],
                },
                Resources = resources,
                Resolved = root.Find("resolved") is { } resolved
                    ? resolved.Members.ToImmutableSortedDictionary(
                        member => member.Name, member => RecordValues.Map(member.Node), StringComparer.Ordinal)
                    : ImmutableSortedDictionary<string, PropertyValue.Map>.Empty,
                Retired = root.Find("retired") is { } retired ? [.. retired.Items.Select(name => name.Text)] : [],
                Waivers = root.Find("waivers") is { } waivers ? [.. waivers.Items.Select(Waiver)] : [],
                Freezes = root.Find("freezes") is { } freezes ? [.. freezes.Items.Select(Freeze)] : [],
                Checks = root.Find("checks") is { } checks ? [.. checks.Items.Select(Check)] : [],
                Scope = root.Find("scope")?.Text,
                Incident = root.Find("incident") is { } incident ? new IncidentFacts(incident["until"].Day, incident["reason"].Text) : null,
                Outputs = RecordValues.Map(root["outputs"]),
            };
    }

    private static CheckResult Check(RecordNode check) => new(
        check["id"].Text, check["subject"].Text, check["status"].Word<CheckStatus>(), check["detail"].Text)
    {
        Severity = check.Find("severity")?.Word<PolicySeverity>() ?? PolicySeverity.Error,
        Examined = check.Find("examined")?.Count,
        Waiver = check.Find("waiver") is { } waiver ? Waiver(waiver) : null,
        Mend = PolicySet.Find(check["id"].Text)?.Mend ?? "",
        Noun = PolicySet.Find(check["id"].Text)?.Noun ?? "resource",
    };

    private static Waiver Waiver(RecordNode waiver) => new(
        waiver["policy"].Text,
        waiver["subject"].Text,
        waiver["reason"].Text,
        waiver["expires"].Day,
        waiver.Find("approvedBy")?.Text);

    private static Freeze Freeze(RecordNode freeze) => new(freeze["from"].Day, freeze["to"].Day, freeze["reason"].Text);
}
