using System.Collections.Immutable;
using System.Text.Json;
using Pulumi.Offline.Schemas;
using Pulumi.Testing;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>What the generated classes send when programs written for the official SDK run on them.</summary>
public class SampleProgramTests
{
    [Fact]
    public async Task Aws_classes_send_the_names_and_values_of_the_schema()
    {
        var run = await Registrations.Of(AwsProgram.Declare);

        Assert.Equal("Linux/UNIX", run.Inputs("aws:ec2/capacityReservation:CapacityReservation", "pool")["instancePlatform"]);
        Assert.Contains("policy", run.Inputs("aws:iam/policy:Policy", "shared").Keys);
        Assert.Equal("acme-weights", run.Inputs("aws:s3/bucket:Bucket", "weights")["bucket"]);
        Assert.Equal("nodes", run.Inputs("aws:ec2/securityGroup:SecurityGroup", "node")["description"]);
        var spot = run.Inputs("aws:autoscaling/group:Group", "spot");
        var overrides = (ImmutableArray<object>)At(spot, "mixedInstancesPolicy", "launchTemplate")["overrides"];
        Assert.Equal("g6.xlarge", ((ImmutableDictionary<string, object>)overrides[1])["instanceType"]);
        Assert.Equal("GroupInServiceInstances", ((ImmutableArray<object>)spot["enabledMetrics"])[0]);
    }

    [Fact]
    public async Task A_providers_inputs_other_than_strings_are_JSON_text()
    {
        var run = await Registrations.Of(AwsProgram.Declare);

        var inputs = run.Inputs("pulumi:providers:aws", "aws-us-east-1");
        Assert.Equal("us-east-1", inputs["region"]);
        Assert.Equal("false", inputs["skipCredentialsValidation"]);
        Assert.Equal("gpuinfra", JsonDocument.Parse((string)inputs["defaultTags"]).RootElement.GetProperty("tags").GetProperty("managed-by").GetString());
    }

    [Fact]
    public async Task Gcp_classes_send_the_names_of_the_schema_where_CSharp_names_differ()
    {
        var run = await Registrations.Of(GcpProgram.Declare);

        Assert.Equal("10.0.0.9", run.Inputs("gcp:compute/address:Address", "edge")["address"]);
        Assert.Equal("compute.googleapis.com", run.Inputs("gcp:projects/service:Service", "compute")["service"]);
        var template = run.Inputs("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate", "pool");
        Assert.Equal("SPOT", At(template, "scheduling")["provisioningModel"]);
    }

    [Fact]
    public async Task Kubernetes_classes_fix_api_version_and_kind()
    {
        var run = await Registrations.Of(KubernetesProgram.Declare);

        var deployment = run.Inputs("kubernetes:apps/v1:Deployment", "vllm");
        Assert.Equal("apps/v1", deployment["apiVersion"]);
        Assert.Equal("Deployment", deployment["kind"]);
        var containers = (ImmutableArray<object>)At(deployment, "spec", "template", "spec")["containers"];
        var ports = (ImmutableArray<object>)((ImmutableDictionary<string, object>)containers[0])["ports"];
        Assert.Equal(8000.0, ((ImmutableDictionary<string, object>)ports[0])["containerPort"]);
        Assert.Equal("true", run.Inputs("kubernetes:helm.sh/v3:Release", "dcgm")["compat"]);
    }

    [Fact]
    public async Task A_custom_resource_is_registered_under_the_token_of_its_kind()
    {
        var run = await Registrations.Of(KubernetesProgram.Declare);

        var pool = run.Inputs("kubernetes:karpenter.sh/v1:NodePool", "pool");
        Assert.Equal("karpenter.sh/v1", pool["apiVersion"]);
        Assert.Equal(10.0, At(pool, "spec")["weight"]);
    }

    [Fact]
    public async Task Functions_read_their_results()
    {
        var zone = "";
        var account = "";
        await Deployment.TestAsync(new Registrations(), new TestOptions { IsPreview = false }, async () =>
        {
            account = await AwsProgram.Account(new InvokeOptions());
            AwsProgram.Zones(new InvokeOptions()).Apply(name => zone = name);
            AwsProgram.Document();
            GcpProgram.Project(new InvokeOptions());
        });

        Assert.Equal("111122223333", account);
        Assert.Equal("us-east-1a", zone);
    }

    [Fact]
    public async Task Everything_the_sample_programs_register_fits_the_schemas()
    {
        var run = await Registrations.Of(() =>
        {
            AwsProgram.Declare();
            GcpProgram.Declare();
            KubernetesProgram.Declare();
        });

        var problems = run.All.Where(resource => resource.Type != "pulumi:pulumi:Stack").SelectMany(resource =>
            PackageSchemas.CheckResource(resource.Type, (PropertyValue.Map)Values.Of(resource.Inputs)).Select(problem => $"{resource.Type} {problem}"));
        Assert.Empty(problems);
        Assert.True(run.All.Count > 25);
    }

    private static ImmutableDictionary<string, object> At(ImmutableDictionary<string, object> inputs, params string[] path) =>
        path.Aggregate(inputs, (map, name) => (ImmutableDictionary<string, object>)map[name]);
}
