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
        return AmazonRole.Profile(place.Region, new CustomResourceOptions { Parent = parent }, name, Output.Tuple(place.Weights.BucketArn, place.Key.Arn)
            .Apply(arns => Policy(place.Region, entry, arns.Item1, arns.Item2))).Arn;
    }

    private static string Policy(RegionFleet region, RouterEntry entry, string bucketArn, string keyArn) => Of(
    [
        Allow("SeeMachines", ["ec2:DescribeInstances"], "*"), // AWS knows no narrower resource.
        .. AmazonPolicies.OwnFiles(region, RouterSource.Root, bucketArn, keyArn),
        .. AmazonRendezvous.Look(region, bucketArn),
        AmazonPolicies.SessionManager,
        .. AmazonPolicies.Secrets(region, entry.Secrets),
        .. AmazonPolicies.AskModels(region, entry.OwnApis),
    ]);
}
