using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Infra.Tests;

public class GoogleRegionTests
{
    private const string Firewall = "gcp:compute/firewall:Firewall";

    [Fact]
    public async Task The_network_is_private_with_NAT()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp));

        Assert.NotEqual("true", deployed.One("gcp:compute/network:Network")["autoCreateSubnetworks"]);
        Assert.Equal("true", deployed.One("gcp:compute/subnetwork:Subnetwork")["privateIpGoogleAccess"]);
        Assert.Equal("10.32.0.0/16", deployed.One("gcp:compute/subnetwork:Subnetwork")["ipCidrRange"]);
        Assert.Equal("ALL_SUBNETWORKS_ALL_IP_RANGES", deployed.One("gcp:compute/routerNat:RouterNat")["sourceSubnetworkIpRangesToNat"]);
    }

    [Fact]
    public async Task Only_clients_and_health_checks_may_call_and_only_HTTPS_leaves()
    {
        var rules = (await Deployed.Of(A.Pool(CloudProvider.Gcp))).All(Firewall);
        var ingress = rules.Where(rule => rule["direction"] == "INGRESS").ToList();

        Assert.All(rules, rule => Assert.Equal(["gpu-machine"], rule.List("targetTags")));
        Assert.All(ingress, rule =>
        {
            Assert.Equal("8000-8063", rule["allows.0.ports.0"]);
            Assert.DoesNotContain("0.0.0.0/0", rule.List("sourceRanges"));
            Assert.True(rule.Count("sourceRanges") + rule.Count("sourceTags") > 0);
        });
        var allowed = Assert.Single(rules, rule => rule["direction"] == "EGRESS" && rule.Has("allows"));
        Assert.Equal("443", allowed["allows.0.ports.0"]);
        var denied = Assert.Single(rules, rule => rule["direction"] == "EGRESS" && rule.Has("denies"));
        Assert.Equal(["all", "0.0.0.0/0"], [denied["denies.0.protocol"]!, denied["destinationRanges.0"]!]);
        Assert.True(int.Parse(denied["priority"]!) > int.Parse(allowed["priority"]!));
    }

    [Fact]
    public async Task Machines_have_narrow_roles_only()
    {
        var deployed = await Deployed.Of(A.Pool(CloudProvider.Gcp));
        var bucket = deployed.One("gcp:storage/bucketIAMMember:BucketIAMMember");

        Assert.Equal("roles/storage.objectViewer", bucket["role"]);
        Assert.Equal(deployed.One("gcp:storage/bucket:Bucket").Name, bucket["bucket"]);
        Assert.Equal(
            ["acme-gpu roles/logging.logWriter", "acme-gpu roles/monitoring.metricWriter"],
            deployed.All("gcp:projects/iAMMember:IAMMember").Select(grant => $"{grant["project"]} {grant["role"]}").Order());
        var engine = deployed.One("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember");
        Assert.Equal(
            ["acme-images", "us", "serving", "roles/artifactregistry.reader"],
            [engine["project"]!, engine["location"]!, engine["repository"]!, engine["role"]!]);
        Assert.InRange(deployed.One("gcp:serviceaccount/account:Account")["accountId"]!.Length, 6, 30);
    }

    [Fact]
    public async Task The_bucket_is_private_and_versioned()
    {
        var bucket = (await Deployed.Of(A.Pool(CloudProvider.Gcp))).One("gcp:storage/bucket:Bucket");

        Assert.Equal("enforced", bucket["publicAccessPrevention"]);
        Assert.Equal("true", bucket["uniformBucketLevelAccess"]);
        Assert.Equal("true", bucket["versioning.enabled"]);
    }
}
