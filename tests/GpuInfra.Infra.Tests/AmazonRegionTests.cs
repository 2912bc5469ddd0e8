using System.Text.Json;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Infra.Tests;

public class AmazonRegionTests
{
    private const string Egress = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    private const string Ingress = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

    [Fact]
    public async Task The_provider_works_in_the_plans_account_only()
    {
        var provider = (await Deployed.Of(A.Pool())).One("pulumi:providers:aws");

        Assert.Contains(A.Account, provider["allowedAccountIds"]);
        Assert.Equal("us-east-1", provider["region"]);
    }

    [Fact]
    public async Task Every_resource_uses_its_regions_provider()
    {
        var deployed = await Deployed.Of(A.Pool(), A.Pool(CloudProvider.Gcp));

        Assert.All(deployed.Resources.Where(resource => resource.Type.StartsWith("aws:", StringComparison.Ordinal)),
            resource => Assert.Contains("pulumi:providers:aws::aws-us-east-1", resource.Provider));
        Assert.All(deployed.Resources.Where(resource => resource.Type.StartsWith("gcp:", StringComparison.Ordinal)),
            resource => Assert.Contains("pulumi:providers:gcp::gcp-us-central1", resource.Provider));
    }

    [Fact]
    public async Task There_is_a_subnet_in_every_zone_with_GPUs_whatever_the_pools_use()
    {
        var deployed = await Deployed.Of(A.Pool());
        var subnets = deployed.All("aws:ec2/subnet:Subnet");

        Assert.Equal(Catalog.Embedded.Zones(CloudProvider.Aws, "us-east-1"), subnets.Select(subnet => subnet["availabilityZoneId"]!).Order(StringComparer.Ordinal));
        Assert.Equal("10.16.64.0/20", subnets.Single(subnet => subnet["availabilityZoneId"] == "use1-az4")["cidrBlock"]);
        Assert.All(subnets, subnet => Assert.Equal("false", subnet["mapPublicIpOnLaunch"]));
    }

    [Fact]
    public async Task There_is_no_way_to_the_internet()
    {
        var deployed = await Deployed.Of(A.Pool());

        Assert.DoesNotContain(deployed.Resources, resource =>
            resource.Type is "aws:ec2/internetGateway:InternetGateway" or "aws:ec2/natGateway:NatGateway" or "aws:ec2/eip:Eip" or "aws:ec2/route:Route");
        Assert.All(deployed.All("aws:ec2/routeTable:RouteTable"), table => Assert.False(table.Has("routes")));
    }

    [Fact]
    public async Task Every_route_table_has_the_S3_endpoint()
    {
        var deployed = await Deployed.Of(A.Pool());
        var s3 = deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint").Single(endpoint => endpoint["vpcEndpointType"] == "Gateway");
        var tables = deployed.All("aws:ec2/routeTable:RouteTable").Select(table => $"{table.Name}-id").ToList();

        Assert.NotEmpty(tables);
        Assert.Equal(tables.Order(), s3.List("routeTableIds").Order());
        Assert.Equal("com.amazonaws.us-east-1.s3", s3["serviceName"]);
        Assert.All(deployed.All("aws:ec2/routeTableAssociation:RouteTableAssociation"), use => Assert.Contains(use["routeTableId"]!, tables));
        Assert.Equal(
            deployed.All("aws:ec2/subnet:Subnet").Select(subnet => $"{subnet.Name}-id").Order(),
            deployed.All("aws:ec2/routeTableAssociation:RouteTableAssociation").Select(use => use["subnetId"]!).Order());
    }

    [Fact]
    public async Task Interface_endpoints_cover_what_machines_call()
    {
        var deployed = await Deployed.Of(A.Pool());
        var endpoints = deployed.All("aws:ec2/vpcEndpoint:VpcEndpoint").Where(endpoint => endpoint["vpcEndpointType"] == "Interface").ToList();

        Assert.Equal(
            ["ec2messages", "ecr.api", "ecr.dkr", "logs", "ssm", "ssmmessages"],
            endpoints.Select(endpoint => endpoint["serviceName"]!["com.amazonaws.us-east-1.".Length..]).Order(StringComparer.Ordinal));
        Assert.All(endpoints, endpoint =>
        {
            Assert.Equal("true", endpoint["privateDnsEnabled"]);
            Assert.Equal(2, endpoint.Count("subnetIds"));
            Assert.Equal(["aws-us-east-1-endpoints-id"], endpoint.List("securityGroupIds"));
        });
    }

    [Fact]
    public async Task Security_groups_name_no_address_and_no_open_protocol()
    {
        var deployed = await Deployed.Of(A.Pool());

        Assert.All([.. deployed.All(Ingress), .. deployed.All(Egress)], rule =>
        {
            Assert.False(rule.Has("cidrIpv4") || rule.Has("cidrIpv6"));
            Assert.Equal("tcp", rule["ipProtocol"]);
        });
        var machines = deployed.All(Egress).Where(rule => rule["securityGroupId"] == "aws-us-east-1-machines-id").ToList();
        Assert.Equal(2, machines.Count);
        Assert.All(machines, rule => Assert.Equal(["443", "443"], [rule["fromPort"]!, rule["toPort"]!]));
        Assert.Contains(machines, rule => rule["prefixListId"] == "pl-s3");
        var engine = Assert.Single(deployed.All(Ingress), rule => rule["securityGroupId"] == "aws-us-east-1-machines-id");
        Assert.Equal("aws-us-east-1-clients-id", engine["referencedSecurityGroupId"]);
        Assert.Equal(["8000", "8063"], [engine["fromPort"]!, engine["toPort"]!]);
        Assert.All(deployed.All("aws:ec2/securityGroup:SecurityGroup"), group => Assert.False(group.Has("ingress") || group.Has("egress")));
    }

    [Fact]
    public async Task The_default_security_group_has_no_rule()
    {
        var group = (await Deployed.Of(A.Pool())).One("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");

        Assert.Equal("aws-us-east-1-id", group["vpcId"]);
        Assert.False(group.Has("ingress") || group.Has("egress"));
    }

    [Fact]
    public async Task Machines_may_do_little_and_nothing_by_wildcard()
    {
        var deployed = await Deployed.Of(A.Pool());
        var statements = Statements(deployed.One("aws:iam/rolePolicy:RolePolicy")["policy"]!);

        Assert.All(statements.SelectMany(statement => Texts(statement, "Action")), action => Assert.DoesNotContain('*', action));
        Assert.DoesNotContain(statements.SelectMany(statement => Texts(statement, "Action")), action => action.StartsWith("iam:", StringComparison.Ordinal));
        Assert.Equal(
            ["SessionManager", "SignInToRegistry"], // AWS knows no resource for these.
            statements.Where(statement => Texts(statement, "Resource").Contains("*")).Select(statement => statement.GetProperty("Sid").GetString()!).Order());
        Assert.Equal(
            ["arn:aws:mock:::gpuinfra-weights-us-east-1/models/*"],
            statements.Where(statement => Texts(statement, "Action").Contains("s3:GetObject")).SelectMany(statement => Texts(statement, "Resource")));
        Assert.Equal(
            [$"arn:aws:ecr:us-east-1:{A.Account}:repository/vllm-openai"],
            statements.Where(statement => Texts(statement, "Action").Contains("ecr:BatchGetImage")).SelectMany(statement => Texts(statement, "Resource")));
    }

    [Fact]
    public async Task The_bucket_is_private_versioned_encrypted_and_TLS_only()
    {
        var deployed = await Deployed.Of(A.Pool());
        var block = deployed.One("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");

        Assert.All(["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"], key => Assert.Equal("true", block[key]));
        Assert.Equal("Enabled", deployed.One("aws:s3/bucketVersioning:BucketVersioning")["versioningConfiguration.status"]);
        Assert.Equal("aws:kms", deployed.One("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
            ["rules.0.applyServerSideEncryptionByDefault.sseAlgorithm"]);
        var policy = Assert.Single(Statements(deployed.One("aws:s3/bucketPolicy:BucketPolicy")["policy"]!));
        Assert.Equal("Deny", policy.GetProperty("Effect").GetString());
        Assert.Equal("false", policy.GetProperty("Condition").GetProperty("Bool").GetProperty("aws:SecureTransport").GetString());
    }

    [Theory]
    [InlineData(DeploymentEnvironment.Prod, "false")]
    [InlineData(DeploymentEnvironment.Dev, "true")]
    public async Task Only_outside_production_does_a_bucket_go_with_its_weights(DeploymentEnvironment environment, string forceDestroy)
    {
        var deployed = await Deployed.Of(A.FleetPlan(environment, A.Pool(), A.Pool(CloudProvider.Gcp)), A.Settings());

        Assert.Equal(forceDestroy, deployed.One("aws:s3/bucket:Bucket")["forceDestroy"]);
        Assert.Equal(forceDestroy, deployed.One("gcp:storage/bucket:Bucket")["forceDestroy"]);
    }

    private static List<JsonElement> Statements(string policy) =>
        [.. JsonDocument.Parse(policy).RootElement.GetProperty("Statement").EnumerateArray()];

    private static List<string> Texts(JsonElement statement, string key) => statement.GetProperty(key) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
        : [statement.GetProperty(key).GetString()!];
}
