using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.Ec2;
using Pulumi.Aws.Vpc;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Who may talk to whom: clients to the engines' ports, machines to the endpoints and to S3. No rule names an address. The name
/// service and the metadata service are not filtered by security groups.
/// </summary>
internal sealed class AmazonSecurityGroups : ComponentResource
{
    private const int Https = 443;

    private readonly RegionFleet _region;
    private readonly SecurityGroup _clients;
    private readonly SecurityGroup _machines;
    private readonly SecurityGroup _endpoints;

    public AmazonSecurityGroups(RegionFleet region, AmazonNetwork network, ComponentResourceOptions options)
        : base("gpuinfra:amazon:SecurityGroups", region.Name, options)
    {
        _region = region;
        _clients = Group("clients", "May call the engines; join it to be a client");
        _machines = Group("machines", "GPU machines");
        _endpoints = Group("endpoints", "Interface endpoints of AWS services");

        SecurityGroup Group(string name, string description) => new($"{region.Name}-{name}", new SecurityGroupArgs
        {
            VpcId = network.VpcId,
            Description = description,
            Tags = region.Tags.Shared.Named($"{region.Name}-{name}"),
        }, new CustomResourceOptions { Parent = this });
    }

    public Output<string> Machines => _machines.Id;

    public Output<string> Endpoints => _endpoints.Id;

    /// <summary>Adds the rules; one of them needs the S3 endpoint, which exists only after the groups do.</summary>
    public void Connect(Output<string> s3PrefixList)
    {
        Allow("clients-machines", _clients.Id, _machines.Id, EnginePorts.First, EnginePorts.Last);
        Allow("machines-endpoints", _machines.Id, _endpoints.Id, Https, Https);
        _ = new SecurityGroupEgressRule($"{_region.Name}-machines-s3", new SecurityGroupEgressRuleArgs
        {
            SecurityGroupId = _machines.Id,
            PrefixListId = s3PrefixList,
            IpProtocol = "tcp",
            FromPort = Https,
            ToPort = Https,
            Tags = _region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this });
        RegisterOutputs();
    }

    private void Allow(string name, Output<string> from, Output<string> to, int firstPort, int lastPort)
    {
        _ = new SecurityGroupEgressRule($"{_region.Name}-{name}", new SecurityGroupEgressRuleArgs
        {
            SecurityGroupId = from,
            ReferencedSecurityGroupId = to,
            IpProtocol = "tcp",
            FromPort = firstPort,
            ToPort = lastPort,
            Tags = _region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this });
        _ = new SecurityGroupIngressRule($"{_region.Name}-{name}", new SecurityGroupIngressRuleArgs
        {
            SecurityGroupId = to,
            ReferencedSecurityGroupId = from,
            IpProtocol = "tcp",
            FromPort = firstPort,
            ToPort = lastPort,
            Tags = _region.Tags.Shared.Tags,
        }, new CustomResourceOptions { Parent = this });
    }
}
