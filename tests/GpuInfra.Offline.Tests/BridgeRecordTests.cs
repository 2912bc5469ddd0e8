using System.Text;
using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Policies;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests;

/// <summary>Production with an API of each dialect, copies and a cascade, in networks that have a way out, as it would be registered on machines.</summary>
public sealed class BridgeRecordTests
{
    private const string Router = """
        router:
          link: existing
          apis:
            - { name: claude, dialect: anthropic, model: claude-haiku-4-5, host: api.anthropic.com, region: us, secret: router-claude, requestsPerSecond: 10, price: anthropic/claude-haiku-4-5 }
          routes:
            assistant:
              overflow:
                - { name: nova, dialect: bedrock, model: "us.amazon.nova-lite-v1:0", region: us-east-1, requestsPerSecond: 20 }
                - { name: titan, dialect: bedrock, model: amazon.nova-micro-v1:0, region: us-east-1, requestsPerSecond: 20 }
                - { name: gemini, dialect: vertex, model: gemini-2.5-flash, region: us-central1, requestsPerSecond: 20 }
              shadow: { to: claude, share: 5% }
            coder:
              cascade: { to: claude, escalates: 20%, guardrail: { url: "https://guard.example.com/check", onFailure: accept, secret: guard-token } }

        """;

    private static readonly Lazy<Task<PreviewRecord>> All = new(RunAsync);

    /// <summary>The preview.</summary>
    internal static Task<PreviewRecord> Everything => All.Value;

    [Fact]
    public async Task Every_policy_holds_and_the_schemas_are_kept()
    {
        var preview = await Everything;
        Assert.True(preview.Passed, string.Join('\n', preview.Checks.Where(check => check.Status == CheckStatus.Fail)));
        Assert.Equal((await Prod.Record).Fleet.Plan.Router.Keys.Select(key => key.ToString()), preview.Fleet.Plan.Router.Keys.Select(key => key.ToString()));
    }

    [Fact]
    public async Task Routers_may_ask_the_models_that_the_plan_names_and_no_other()
    {
        var resources = (await Everything).Resolved.Resources;
        var policy = resources.Single(resource => resource.Type == "aws:iam/rolePolicy:RolePolicy" && resource.Name.Contains("router", StringComparison.Ordinal)).Inputs;
        var asked = AccessStatement.Read(policy.At("policy")).Where(statement => statement.Actions.Any(action => action.StartsWith("bedrock:", StringComparison.Ordinal))).ToList();
        Assert.All(asked, statement => Assert.Equal(["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"], statement.Actions.AsEnumerable()));
        Assert.Equal(
            [
                "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0", "arn:aws:bedrock:us-east-1:333344445555:inference-profile/us.amazon.nova-lite-v1:0",
                "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
            ],
            asked.SelectMany(statement => statement.Resources).Order(StringComparer.Ordinal));
        Assert.Contains("bedrock:InferenceProfileArn", policy.TextAt("policy"), StringComparison.Ordinal);
        var role = resources.Single(resource => resource.Type == "gcp:projects/iAMCustomRole:IAMCustomRole" && resource.Name.Contains("router", StringComparison.Ordinal));
        Assert.Equal(["compute.instances.list", "aiplatform.endpoints.predict"], role.Inputs.ListAt("permissions").Select(permission => permission.TextAt()));
    }

    [Fact]
    public async Task A_start_script_names_the_bridges_files_by_their_sums_holds_no_key_and_fits()
    {
        var resources = (await Everything).Resolved.Resources;
        var template = resources.Single(resource => resource.Type == ResourceTypes.LaunchTemplate && resource.Name.Contains("router", StringComparison.Ordinal));
        var script = Encoding.UTF8.GetString(Convert.FromBase64String(template.Inputs.TextAt("userData")!));
        Assert.InRange(Encoding.UTF8.GetByteCount(script), 1, 16 * 1024 - 1);
        Assert.Contains("API_SECRETS='guard-token router-claude'\n", script, StringComparison.Ordinal);
        var files = resources.Where(resource => resource.Type == "aws:s3/bucketObjectv2:BucketObjectv2" && resource.Name.Contains("router-bridge", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["amazon.py", "apis.py", "bridge.json", "chat.py", "dialects.py", "figures.py", "google.py", "main.py", "wire.py"],
            files.Select(file => Path.GetFileName(file.Inputs.TextAt("key"))!).Order(StringComparer.Ordinal));
        foreach (var file in files)
        {
            var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(file.Inputs.TextAt("content")!)));
            Assert.Contains($"{file.Inputs.TextAt("key")}={sum}", script, StringComparison.Ordinal);
        }

        var google = resources.Where(resource => resource.Type == "gcp:storage/bucketObject:BucketObject" && resource.Name.EndsWith("router-bridge-bridge", StringComparison.Ordinal)).Select(file => Assert.IsType<PropertyValue.AssetValue>(file.Inputs.At("source")).Content);
        Assert.Contains("\"project\": \"", Assert.Single(google), StringComparison.Ordinal);
        Assert.DoesNotContain("bedrock", Assert.Single(google), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sent_to_APIs_is_in_the_total_and_what_overflows_beside_it()
    {
        var preview = await Everything;
        var spend = Planning.Finance.ApiSpend.Of(preview.Fleet.Plan, preview.Fleet.Plan.AsOf);
        Assert.Equal(["assistant shadow", "coder cascade"], spend.Select(one => $"{one.Serving} {one.Use}"));
        Assert.True(preview.Costs.Apis.Amount > 0);
        Assert.Equal(spend.Sum(one => one.Monthly!.Value.Amount), preview.Costs.ByKind.Single(kind => kind.Kind == CostKind.Apis).Monthly.Amount);
        Assert.Equal(preview.Costs.Monthly.Amount, preview.Costs.ByKind.Sum(kind => kind.Monthly.Amount));
        Assert.Contains(preview.Costs.Unpriced, part => part.What == "overflow to APIs");
    }

    private static async Task<PreviewRecord> RunAsync()
    {
        using var sandbox = new Sandbox();
        sandbox.Watch("monitoring: { mode: existing, from: [10.200.0.0/24] }\n");
        sandbox.Change("prod.plan.yaml", "regions: [us-east-1]", "regions: [us-east-1], networks: { us-east-1: { vpcId: vpc-0123456789abcdef0, subnetIds: { "
            + string.Join(", ", Enumerable.Range(1, 6).Select(zone => FormattableString.Invariant($"use1-az{zone}: subnet-0123456789abcdef{zone}"))) + " } } }");
        sandbox.Change("prod.plan.yaml", "router:\n  link: existing\n", Router);
        sandbox.Change("base.plan.yaml", Coder, Coder.Replace("2s", "10s", StringComparison.Ordinal));
        return await FleetPreview.RunAsync(PlanSource.OfStack(ProjectDirectory.At(sandbox.Root)!, "prod"));
    }

    private const string Coder = "timeToFirstToken: 2s, timePerOutputToken: 60ms";
}
