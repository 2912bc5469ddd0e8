using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Aws.Ec2;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// A network that the organisation has already: it is asked for its zones' names, and nothing in it is made but security groups.
/// Its owner provides the ways to S3, ECR, Systems Manager and CloudWatch Logs: gateway endpoints would change its route tables,
/// and interface endpoints clash with those that it may have.
/// </summary>
internal static class AmazonExistingNetwork
{
    /// <summary>
    /// The subnet of each zone, by zone id. It is looked up by id, VPC and zone together, so that AWS itself refuses one that is
    /// somewhere else.
    /// </summary>
    public static ImmutableSortedDictionary<string, AmazonSubnet> Subnets(ExistingNetwork.Amazon network, Resource parent)
    {
        var options = new InvokeOptions { Parent = parent };
        return network.SubnetIds.ToImmutableSortedDictionary(subnet => subnet.Key, Find, StringComparer.Ordinal);

        AmazonSubnet Find(KeyValuePair<string, string> subnet)
        {
            var found = GetSubnet.Invoke(
                new GetSubnetInvokeArgs { Id = subnet.Value, VpcId = network.VpcId, AvailabilityZoneId = subnet.Key }, options);
            return new AmazonSubnet(found.Apply(result => result.Id), found.Apply(result => result.AvailabilityZone));
        }
    }
}
