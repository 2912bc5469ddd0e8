using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.Ec2;

namespace GpuInfra.Infra.Amazon;

/// <summary>The AWS services that machines need, inside the network.</summary>
internal sealed class AmazonEndpoints : ComponentResource
{
    /// <summary>Two zones: one may fail, a third costs the same again.</summary>
    private const int ZonesPerEndpoint = 2;

    /// <summary>Image pulls, session manager and logs; where machines publish figures, also those; where there are routers,
    /// also the list of machines and the secrets; where machines take jobs, also queues; where they send figures to the region's store, also that; where these or stopped ones are, groups.</summary>
    private static readonly string[] Services = ["ecr.api", "ecr.dkr", "ssm", "ssmmessages", "ec2messages", "logs"];

    public AmazonEndpoints(
        RegionFleet region,
        AmazonNetwork network,
        Output<string> securityGroup,
        AmazonWeights weights,
        ComponentResourceOptions options)
        : base("gpuinfra:amazon:Endpoints", region.Name, options)
    {
        var child = new CustomResourceOptions { Parent = this };
        var s3 = new VpcEndpoint($"{region.Name}-s3", new VpcEndpointArgs
        {
            VpcId = network.VpcId,
            ServiceName = $"com.amazonaws.{region.Region}.s3",
            VpcEndpointType = "Gateway",
            RouteTableIds = { network.RouteTableId },
            Policy = weights.BucketArn.Apply(arn => AmazonPolicies.S3Endpoint(arn, region)),
            Tags = region.Tags.Shared.Named($"{region.Name}-s3"),
        }, child);
        string?[] more = [region.IsMetered ? "monitoring" : null, region.MachineEntry is null ? null : "ec2", region.MachineEntry is { Secrets.Length: > 0 } ? "secretsmanager" : null,
            region.QueuedServings.IsEmpty ? null : "sqs", region.ManagedRules is null ? null : "aps-workspaces", region.QueuedServings.IsEmpty && !region.HasStandby ? null : "autoscaling"];
        string[] ofClusters = region.IsCluster ? ["ec2", "eks", "eks-auth", "sts", "sqs", .. ClusterOperations.Secrets(region).IsEmpty ? Array.Empty<string>() : ["secretsmanager"]] : []; // What joins nodes and gives pods their roles, and what starts nodes and hears that they go.
        foreach (var service in Services.Concat(more.OfType<string>()).Concat(ofClusters).Distinct())
        {
            var name = $"{region.Name}-{service.Replace('.', '-')}";
            _ = new VpcEndpoint(name, new VpcEndpointArgs
            {
                VpcId = network.VpcId,
                ServiceName = $"com.amazonaws.{region.Region}.{service}",
                VpcEndpointType = "Interface",
                SubnetIds = network.Subnets.Values.Take(ZonesPerEndpoint).Select(subnet => subnet.Id).ToList(),
                SecurityGroupIds = { securityGroup },
                PrivateDnsEnabled = true,
                Tags = region.Tags.Shared.Named(name),
            }, child);
        }

        S3PrefixListId = s3.PrefixListId;
        RegisterOutputs();
    }

    /// <summary>The addresses of S3 in the region, as security groups name them.</summary>
    public Output<string> S3PrefixListId { get; }
}
