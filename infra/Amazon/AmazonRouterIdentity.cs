using GpuInfra.Infra.Common;
using GpuInfra.Planning.Routes;
using Pulumi;
using Pulumi.Aws.Iam;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>What routers are, to AWS: they see machines, read their own files and the secrets that the plan names, and nothing else.</summary>
internal static class AmazonRouterIdentity
{
    /// <summary>The ARN of the profile.</summary>
    public static Output<string> Profile(string name, RouterEntry entry, AmazonPlace place, Resource parent)
    {
        var child = new CustomResourceOptions { Parent = parent };
        var tags = place.Region.Tags.Shared.Tags;
        var role = new Role(name, new RoleArgs { AssumeRolePolicy = AmazonPolicies.MachineTrust, Tags = tags }, child);
        _ = new RolePolicy(name, new RolePolicyArgs
        {
            Role = role.Name,
            Policy = Output.Tuple(place.Weights.BucketArn, place.Key.Arn).Apply(arns => Policy(place.Region, entry, arns.Item1, arns.Item2)),
        }, child);
        return new InstanceProfile(name, new InstanceProfileArgs { Role = role.Name, Tags = tags }, child).Arn;
    }

    private static string Policy(RegionFleet region, RouterEntry entry, string bucketArn, string keyArn)
    {
        List<Dictionary<string, object>> statements =
        [
            Allow("SeeMachines", ["ec2:DescribeInstances"], "*"), // AWS knows no narrower resource.
            Allow("ReadOwnFiles", ["s3:GetObject"], $"{bucketArn}/{RouterSource.Root}/*"),
            With(Allow("DecryptOwnFiles", ["kms:Decrypt"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{region.Region}.amazonaws.com")),
            AmazonPolicies.SessionManager,
        ];
        if (!entry.Secrets.IsEmpty)
        {
            // A secret's ARN ends with six characters of AWS's own.
            statements.Add(Allow("ReadSecrets", ["secretsmanager:GetSecretValue"], [.. entry.Secrets.Select(secret => $"arn:aws:secretsmanager:{region.Region}:{region.Account}:secret:{secret}-??????")]));
        }

        return Of([.. statements]);
    }
}
