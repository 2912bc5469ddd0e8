using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of who may talk to whom.</summary>
internal static class TrafficRules
{
    private const string Firewall = "gcp:compute/firewall:Firewall";
    private const string GoogleNetwork = "gcp:compute/network:Network";

    /// <summary>No rule lets the internet in.</summary>
    public static Policy<Evidence> NoOpenIngress { get; } = new(
        "no-open-ingress",
        "no rule lets the internet in",
        "name the security group, network tag or address range that may come in.",
        evidence => evidence.Look(resource => IsGoverned(resource)
            ? TrafficRule.Of(resource).Where(rule => rule.IsIngress && rule.Open is not null).Select(rule => $"it lets {rule.Open} in")
            : null));

    /// <summary>
    /// No rule lets everything out. Google lets everything out that no rule denies, so a network of it needs a rule that does.
    /// </summary>
    public static Policy<Evidence> NoOpenEgress { get; } = new(
        "no-open-egress",
        "no rule lets every protocol or port out to anywhere",
        "name protocol, ports and destination; on Google Cloud deny all else in a last EGRESS rule of the network.",
        evidence => evidence.Look(resource => resource.Type == GoogleNetwork
            ? Values.Unless(
                evidence.Dependents(resource, Firewall).Any(DeniesAllOut),
                "no EGRESS rule denies what the others do not allow, and Google lets that out")
                .Concat(Undenied(evidence, resource))
            : IsGoverned(resource)
                ? TrafficRule.Of(resource).Where(rule => rule is { IsIngress: false, IsUnlimited: true } && rule.Open is not null)
                    .Select(rule => $"it lets everything out to {rule.Open}")
                : null));

    /// <summary>A rule that denies holds for machines of its tags, so each tag that may go out needs one.</summary>
    private static IEnumerable<string> Undenied(Evidence evidence, ResourceRecord network)
    {
        var rules = evidence.Dependents(network, Firewall).ToList();
        var denied = rules.Where(DeniesAllOut).ToList();
        return denied.Count == 0 || denied.Any(rule => !rule.Inputs.ListAt("targetTags").Any()) ? []
            : Tags(rules).Except(Tags(denied)).Order(StringComparer.Ordinal)
                .Select(tag => $"no EGRESS rule denies {tag} what the others do not allow, and Google lets that out");

        static IEnumerable<string> Tags(IEnumerable<ResourceRecord> firewalls) =>
            firewalls.SelectMany(rule => rule.Inputs.ListAt("targetTags")).Select(tag => tag.TextAt()).OfType<string>();
    }

    private static bool IsGoverned(ResourceRecord resource) => resource.Type == Firewall || TrafficRule.AmazonTypes.Contains(resource.Type);

    private static bool DeniesAllOut(ResourceRecord firewall) =>
        firewall.Inputs.TextAt("direction") == "EGRESS"
            && firewall.Inputs.TextAt("disabled") != "true"
            && firewall.Inputs.ListAt("denies").Any(deny => deny.TextAt("protocol") == "all")
            && firewall.Inputs.ListAt("destinationRanges").Any(range => TrafficRule.IsOpen(range.TextAt()));
}
