using System.Collections.Immutable;
using System.Globalization;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>What a security group's or firewall's rule lets through, in one shape for both clouds.</summary>
/// <param name="IsIngress">True for what comes in.</param>
/// <param name="IsUnlimited">True when it names no protocol or no ports.</param>
/// <param name="Open">An address range of it that is the internet at large; null when there is none.</param>
internal sealed record TrafficRule(bool IsIngress, bool IsUnlimited, string? Open)
{
    /// <summary>The shortest prefixes that are not the internet: 10.0.0.0/8 is the largest private network, fc00::/7 the largest local one.</summary>
    private const int PrivateBits = 8, PrivateBits6 = 7;

    private const string SecurityGroup = "aws:ec2/securityGroup:SecurityGroup";
    private const string IngressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    private const string EgressRule = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    private const string OldRule = "aws:ec2/securityGroupRule:SecurityGroupRule";

    /// <summary>AWS types that hold rules.</summary>
    public static ImmutableArray<string> AmazonTypes { get; } = [SecurityGroup, IngressRule, EgressRule, OldRule];

    /// <summary>The rules that a resource of either cloud holds.</summary>
    public static IEnumerable<TrafficRule> Of(ResourceRecord resource) => resource.Type switch
    {
        SecurityGroup => resource.Inputs.ListAt("ingress").Select(rule => Amazon(rule, true))
            .Concat(resource.Inputs.ListAt("egress").Select(rule => Amazon(rule, false))),
        IngressRule => [Amazon(resource.Inputs, true)],
        EgressRule => [Amazon(resource.Inputs, false)],
        OldRule => [Amazon(resource.Inputs, resource.Inputs.TextAt("type") == "ingress")],
        _ => Google(resource.Inputs),
    };

    /// <summary>True for a range that no organisation owns.</summary>
    public static bool IsOpen(string? range) =>
        range?.Split('/') is [var address, var bits]
            && int.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            && prefix < (address.Contains(':', StringComparison.Ordinal) ? PrivateBits6 : PrivateBits);

    private static TrafficRule Amazon(PropertyValue rule, bool isIngress)
    {
        var protocol = rule.TextAt("ipProtocol") ?? rule.TextAt("protocol");
        var allPorts = (rule.TextAt("fromPort"), rule.TextAt("toPort")) is (null or "0" or "-1", null or "65535" or "0" or "-1");
        var ranges = rule.ListAt("cidrBlocks").Concat(rule.ListAt("ipv6CidrBlocks")).Select(range => range.TextAt())
            .Append(rule.TextAt("cidrIpv4")).Append(rule.TextAt("cidrIpv6"));
        return new TrafficRule(isIngress, protocol is null or "-1" or "all" || allPorts, ranges.FirstOrDefault(IsOpen));
    }

    /// <summary>Without a source, Google lets anybody in; without a destination, it lets out to anywhere.</summary>
    private static IEnumerable<TrafficRule> Google(PropertyValue firewall)
    {
        if (firewall.TextAt("disabled") == "true")
        {
            return [];
        }

        var isIngress = firewall.TextAt("direction") is not "EGRESS";
        var named = isIngress ? firewall.ListAt("sourceTags").Concat(firewall.ListAt("sourceServiceAccounts")) : [];
        var ranges = firewall.ListAt(isIngress ? "sourceRanges" : "destinationRanges").Select(range => range.TextAt()).ToList();
        var open = ranges.Count == 0 && !named.Any() ? "0.0.0.0/0" : ranges.FirstOrDefault(IsOpen);
        return firewall.ListAt("allows").Select(allow => new TrafficRule(
            isIngress, allow.TextAt("protocol") is null or "all" || !allow.ListAt("ports").Any(), open));
    }
}
