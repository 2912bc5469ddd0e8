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
}
