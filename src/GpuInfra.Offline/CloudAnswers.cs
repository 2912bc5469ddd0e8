using System.Collections.Immutable;
using Pulumi.Offline;

namespace GpuInfra.Offline;

/// <summary>What the clouds would answer to the program's questions, as far as the stack's configuration and the questions tell.</summary>
public static class CloudAnswers
{
    private const string ClientConfig = "gcp:organizations/getClientConfig:getClientConfig";

    /// <summary>A subnet looked up by id, VPC and zone.</summary>
    public const string Subnet = "aws:ec2/getSubnet:getSubnet";

    /// <summary>The answers for a stack.</summary>
    public static ImmutableDictionary<string, InvokeAnswer> For(OfflineOptions stack)
    {
        var project = stack.Configuration.GetValueOrDefault("gcp:project")?.Text ?? "";
        return ImmutableDictionary<string, InvokeAnswer>.Empty
            .Add(ClientConfig, _ => Map(("id", project), ("project", project)))
            .Add(Subnet, args => new PropertyValue.Map(args.Members.SetItem("availabilityZone", NameOf(args))));
    }

    /// <summary>Which name a zone has differs by account, so it is made up.</summary>
    private static PropertyValue NameOf(PropertyValue.Map args) =>
        new PropertyValue.Text($"name-of-{Policies.Values.TextAt(args, "availabilityZoneId")}");

    private static PropertyValue.Map Map(params (string Name, string Text)[] members) => new(members.ToImmutableSortedDictionary(
        member => member.Name, member => (PropertyValue)new PropertyValue.Text(member.Text), StringComparer.Ordinal));
}
