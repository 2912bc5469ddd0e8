using System.Globalization;
using GpuInfra.Planning.Monitoring;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>What a machine tells its monitors is no one else's business: names of models, of pools, and how busy they are.</summary>
internal static class MonitorRules
{
    private const string IngressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    private const string Firewall = "gcp:compute/firewall:Firewall";

    /// <summary>The network tag of machines of which several make a replica.</summary>
    private const string Replicas = "gpu-replica";

    private static readonly int[] Exporters = [ExporterPorts.Node, ExporterPorts.Dcgm];

    public static Policy<Evidence> ExportersPrivate { get; } = new(
        "exporters-private",
        "exporters are read from the networks of the plan's monitors and from nowhere else",
        "AWS: ingress rules that let in 9100 or 9400 name a network of monitoring.from, or the address of a monitor of the stack, in cidrIpv4; Google Cloud: such rules have these as sourceRanges, no tags and no accounts.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            IngressRule when !IsAmongThemselves(resource, evidence) && OpensExporters(resource.Inputs.NumberAt("fromPort"), resource.Inputs.NumberAt("toPort"), resource.Inputs.TextAt("ipProtocol")) =>
                Strangers([resource.Inputs.TextAt("cidrIpv4") ?? resource.Inputs.TextAt("cidrIpv6") ?? resource.Inputs.TextAt("prefixListId") ?? resource.Inputs.TextAt("referencedSecurityGroupId")], evidence),
            Firewall when !IsAmongReplicas(resource, evidence) && resource.Inputs.TextAt("direction") is not "EGRESS" && resource.Inputs.TextAt("disabled") != "true" && resource.Inputs.ListAt("allows").Any(OpensExporters) => Strangers(
                [.. new[] { "sourceRanges", "sourceTags", "sourceServiceAccounts" }.SelectMany(key => resource.Inputs.ListAt(key)).Select(source => source.TextAt()).DefaultIfEmpty("anybody")], evidence),
            _ => null,
        }));

    /// <summary>Nodes of a cluster reach each other, and policies in it say who may read what; machines of which several make a replica do, on ports that their engine chooses.</summary>
    private static bool IsAmongThemselves(ResourceRecord rule, Evidence evidence) => (evidence.Fleet.Plan.Platform == Platform.Kubernetes || Spans(evidence))
        && rule.Inputs.TextAt("referencedSecurityGroupId") is { } from && from == rule.Inputs.TextAt("securityGroupId");

    /// <summary>The same on Google Cloud: by their own tag, or on networks that nothing else is on.</summary>
    private static bool IsAmongReplicas(ResourceRecord rule, Evidence evidence) => Spans(evidence)
        && rule.Inputs.ListAt("targetTags").Select(tag => tag.TextAt()).SequenceEqual([Replicas])
        && (rule.Inputs.ListAt("sourceTags").Select(tag => tag.TextAt()).SequenceEqual([Replicas]) || rule.Inputs.ListAt("sourceRanges").All(range => range.TextAt()!.StartsWith("198.18.", StringComparison.Ordinal)));

    private static bool Spans(Evidence evidence) => evidence.PoolsInScope.Any(pool => pool.NodesPerReplica > 1);

    private static IEnumerable<string> Strangers(string?[] sources, Evidence evidence) =>
        sources.Where(source => evidence.Fleet.Plan.Monitoring is not { } monitoring || !(monitoring.From.Contains(source ?? "", StringComparer.Ordinal) || IsMonitor(source, evidence)))
            .Select(source => $"it lets {source ?? "anybody"} read exporters, which is no network of the plan's monitors");

    /// <summary>The address of a monitor that the stack makes. One whose cloud is out of scope is not registered, and only its address is known: a single one.</summary>
    private static bool IsMonitor(string? source, Evidence evidence)
    {
        if (source?.Split('/') is not [var address, "32"] || evidence.Fleet.Plan.Monitoring?.Mode != MonitoringMode.Create)
        {
            return false;
        }

        var known = evidence.Resources.Select(resource => resource.Type switch
        {
            ResourceTypes.Instance => resource.Inputs.TextAt("privateIp"),
            ResourceTypes.GoogleInstance => resource.Inputs.ListAt("networkInterfaces").FirstOrDefault().TextAt("networkIp"),
            _ => null,
        }).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return known.Contains(address) || known.Count < MonitorPlace.Monitors;
    }

    private static bool OpensExporters(PropertyValue allow) =>
        allow.TextAt("protocol") is "tcp" or "6" or "all" or null && (!allow.ListAt("ports").Any() || allow.ListAt("ports").Any(port =>
        {
            var ends = (port.TextAt() ?? "").Split('-');
            return OpensExporters(Number(ends[0]), Number(ends[^1]), "tcp");
        }));

    private static bool OpensExporters(decimal? first, decimal? last, string? protocol) =>
        protocol is "-1" or "all" || (protocol is "tcp" or "6" && (first is null or -1 || Exporters.Any(port => first <= port && port <= last)));

    private static decimal? Number(string text) => decimal.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
