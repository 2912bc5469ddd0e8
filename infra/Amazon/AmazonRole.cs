using Pulumi;
using Pulumi.Aws.Iam;

namespace GpuInfra.Infra.Amazon;

/// <summary>A role with one policy of its own.</summary>
internal static class AmazonRole
{
    /// <summary>The role's ARN, once its policy is there.</summary>
    public static Output<string> Of(RegionFleet region, CustomResourceOptions options, string name, string trust, Output<string> policy)
    {
        var role = new Role(name, new RoleArgs
        {
            AssumeRolePolicy = trust,
            Tags = region.Tags.Shared.Tags,
        }, options);
        var attached = new RolePolicy(name, new RolePolicyArgs { Role = role.Name, Policy = policy }, options);
        return Output.Tuple(role.Arn, attached.Id).Apply(both => both.Item1);
    }

    /// <summary>The profile of machines that have a role with one policy of its own.</summary>
    public static InstanceProfile Profile(RegionFleet region, CustomResourceOptions options, string name, Output<string> policy)
    {
        var tags = region.Tags.Shared.Tags;
        var role = new Role(name, new RoleArgs { AssumeRolePolicy = AmazonPolicies.MachineTrust, Tags = tags }, options);
        _ = new RolePolicy(name, new RolePolicyArgs { Role = role.Name, Policy = policy }, options);
        return new InstanceProfile(name, new InstanceProfileArgs { Role = role.Name, Tags = tags }, options);
    }
}
