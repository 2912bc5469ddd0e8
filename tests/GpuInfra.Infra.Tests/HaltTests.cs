using System.Text.Json.Nodes;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Infra.Tests;

public class HaltTests
{
    private const string BillingAccount = "0123AB-4567CD-89EF01";
    private const string Role = "aws:iam/rolePolicy:RolePolicy", GoogleRole = "gcp:projects/iAMCustomRole:IAMCustomRole";
    private static readonly string[] Deeds = ["autoscaling:SuspendProcesses", "autoscaling:UpdateAutoScalingGroup"];

    [Theory]
    [InlineData(DeploymentEnvironment.Dev, false, ProductionHalt.Alert)]
    [InlineData(DeploymentEnvironment.Prod, true, ProductionHalt.Alert)]
    public async Task There_is_none_where_the_plan_names_no_pool_and_in_production_unless_it_says_so(DeploymentEnvironment environment, bool named, ProductionHalt production)
    {
        var deployed = await Of(Halt() with { Servings = named ? ["chat"] : ["other"], Production = production }, environment);

        Assert.DoesNotContain(deployed.Urns, urn => urn.Contains(":Halt", StringComparison.Ordinal));
        Assert.DoesNotContain(deployed.All("aws:autoscaling/group:Group"), group => Tags(group).ContainsKey("budget-halt"));
    }

    [Fact]
    public async Task Every_budget_of_AWS_starts_it_at_the_plans_share_and_its_schedule_every_hour()
    {
        var deployed = await Of(Halt());

        var budgets = deployed.All("aws:budgets/budget:Budget");
        Assert.NotEmpty(budgets);
        Assert.All(budgets, budget =>
        {
            var told = Enumerable.Range(0, budget.Count("notifications")).Where(at => budget.Has($"notifications.{at}.subscriberSnsTopicArns.0")).ToList();
            Assert.Equal(("ACTUAL", "90"), (budget[$"notifications.{Assert.Single(told)}.notificationType"], budget[$"notifications.{told[0]}.threshold"]));
            Assert.Equal("arn:aws:mock:::gpuinfra-us-east-1-halt-spent", budget[$"notifications.{told[0]}.subscriberSnsTopicArns.0"]);
        });
        Assert.Equal("rate(60 minutes)", deployed.One("aws:scheduler/schedule:Schedule")["scheduleExpression"]);
        var start = deployed.All("aws:sns/topicSubscription:TopicSubscription").Single(one => one["protocol"] == "lambda");
        Assert.Equal(("arn:aws:mock:::gpuinfra-us-east-1-halt-spent", "arn:aws:mock:::gpuinfra-us-east-1-halt"), (start["topic"], start["endpoint"]));
        Assert.Equal("arn:aws:mock:::gpuinfra-us-east-1-halt-spent", deployed.One("aws:lambda/permission:Permission")["sourceArn"]);
        var allowed = JsonNode.Parse(deployed.One("aws:sns/topicPolicy:TopicPolicy")["policy"]!)!["Statement"]![0]!;
        Assert.Equal(("budgets.amazonaws.com", A.Account), ((string?)allowed["Principal"]!["Service"], (string?)allowed["Condition"]!["StringEquals"]!["aws:SourceAccount"]));
    }

    [Fact]
    public async Task Messages_of_every_budget_of_Google_are_pushed_to_it_and_those_that_cannot_be_are_kept()
    {
        var deployed = await Of(Halt());

        var taken = deployed.All("gcp:pubsub/subscription:Subscription").Single(one => one.Name == "gcp-budget-halt");
        Assert.Equal("gcp-budget-id", taken["topic"]);
        Assert.True(taken.Has("pushConfig.pushEndpoint") && taken.Has("deadLetterPolicy.deadLetterTopic"));
        Assert.All(deployed.All("gcp:billing/budget:Budget"), budget => Assert.Equal("gcp-budget-id", budget["allUpdatesRule.pubsubTopic"]));
    }

    [Fact]
    public async Task A_dry_run_has_no_right_to_act_on_either_cloud()
    {
        var deployed = await Of(Halt() with { Mode = ShutdownMode.DryRun });

        Assert.DoesNotContain(Statements(deployed), statement => (string?)statement["Effect"] == "Allow" && Actions(statement).Intersect(Deeds).Any());
        Assert.DoesNotContain(deployed.One(GoogleRole).List("permissions"), permission => permission!.EndsWith(".update", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_may_halt_only_groups_that_say_so_and_neither_resume_raise_nor_tag()
    {
        var statements = Statements(await Of(Halt()));

        var acting = statements.Where(statement => (string?)statement["Effect"] == "Allow" && Actions(statement).Intersect(Deeds).Any()).ToList();
        Assert.Equal(Deeds, acting.SelectMany(Actions).Order(StringComparer.Ordinal));
        Assert.All(acting, statement =>
        {
            var tags = statement["Condition"]!["StringEquals"]!.AsObject();
            Assert.Equal(("enabled", "dev"), ((string?)tags["aws:ResourceTag/budget-halt"], (string?)tags["aws:ResourceTag/environment"]));
            Assert.Equal("pulumi/gpuinfra/prod", (string?)tags["aws:ResourceTag/managed-by"]);
        });
        Assert.DoesNotContain(statements.Where(statement => (string?)statement["Effect"] == "Allow").SelectMany(Actions), action =>
            action.Contains("Tags", StringComparison.Ordinal) && action != "budgets:ListTagsForResource" || action is "autoscaling:ResumeProcesses" or "autoscaling:SetDesiredCapacity");
        var denied = statements.Where(statement => (string?)statement["Effect"] == "Deny").Select(statement => statement["Condition"]!.ToJsonString()).ToList();
        Assert.Equal(["""{"StringEquals":{"aws:ResourceTag/tier":"reserved"}}""", """{"StringEquals":{"aws:ResourceTag/environment":"prod"}}"""], denied);
    }

    [Fact]
    public async Task It_may_resize_nothing_in_production()
    {
        var deployed = await Of(Halt() with { Production = ProductionHalt.Hold }, DeploymentEnvironment.Prod);

        Assert.Equal(["autoscaling:SuspendProcesses"], Statements(deployed).Where(statement => (string?)statement["Effect"] == "Allow").SelectMany(Actions).Intersect(Deeds));
        Assert.DoesNotContain("compute.instanceGroupManagers.update", deployed.One(GoogleRole).List("permissions"));
        Assert.Contains("compute.autoscalers.update", deployed.One(GoogleRole).List("permissions"));
    }

    [Fact]
    public async Task It_has_no_right_on_billing()
    {
        var deployed = await Of(Halt());

        Assert.DoesNotContain(deployed.All("gcp:projects/iAMMember:IAMMember"), grant => grant["role"]!.Contains("billing", StringComparison.Ordinal));
        Assert.DoesNotContain(deployed.One(GoogleRole).List("permissions"), permission => permission!.Contains("billing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_named_pool_of_steady_size_has_an_autoscaler_on_Google_that_can_be_turned_off()
    {
        var deployed = await Of(Halt());

        var scaler = deployed.One("gcp:compute/regionAutoscaler:RegionAutoscaler");
        Assert.Equal(("4", "4", "ON"), (scaler["autoscalingPolicy.minReplicas"], scaler["autoscalingPolicy.maxReplicas"], scaler["autoscalingPolicy.mode"]));
        Assert.False(deployed.One("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager").Has("targetSize"));
    }

    [Fact]
    public async Task The_organisations_name_of_the_tag_is_on_groups_and_in_rights()
    {
        var deployed = await Of(Halt(), tags: policy => policy with { Rename = policy.Rename.Add("budget-halt", "Stop") });

        Assert.Equal("enabled", Tags(deployed.One("aws:autoscaling/group:Group"))["Stop"]);
        Assert.Contains(Statements(deployed), statement => statement["Condition"]?.ToJsonString().Contains("\"aws:ResourceTag/Stop\":\"enabled\"", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(ShutdownMode.Enforce, "AUTOMATIC")]
    [InlineData(ShutdownMode.DryRun, "MANUAL")]
    public async Task Named_roles_lose_the_right_to_start_machines_and_no_other_role_can(ShutdownMode mode, string approval)
    {
        var deployed = await Of(Halt() with { Mode = mode, Roles = ["ml-experiments"], NeverRoles = ["break-glass", "deployer"] });

        var action = deployed.One("aws:budgets/budgetAction:BudgetAction");
        Assert.Equal(("APPLY_IAM_POLICY", approval, "90"), (action["actionType"], action["approvalModel"], action["actionThreshold.actionThresholdValue"]));
        Assert.Equal(["ml-experiments"], action.List("definition.iamActionDefinition.roles"));
        var denial = JsonNode.Parse(deployed.One("aws:iam/policy:Policy")["policy"]!)!["Statement"]![0]!;
        Assert.Equal("Deny", (string?)denial["Effect"]);
        Assert.Contains("ec2:RunInstances", Actions(denial));
        var attach = JsonNode.Parse(deployed.All(Role).Single(role => role.Name == "aws-budget-denial")["policy"]!)!["Statement"]![0]!;
        Assert.Equal(["iam:AttachRolePolicy", "iam:DetachRolePolicy"], Actions(attach));
        Assert.All(attach["Resource"]!.AsArray(), resource => Assert.EndsWith("/ml-experiments", (string?)resource, StringComparison.Ordinal));
        Assert.Equal(deployed.One("aws:iam/policy:Policy").Name, ((string?)attach["Condition"]!["ArnEquals"]!["iam:PolicyARN"])!.Split(':')[^1]);
    }

    [Fact]
    public async Task Whom_the_budget_tells_and_owners_hear_of_it()
    {
        var deployed = await Of(Halt());

        Assert.Equal(
            ["a@example.com", "search@example.com"],
            deployed.All("aws:sns/topicSubscription:TopicSubscription").Where(one => one["protocol"] == "email").Select(one => one["endpoint"]).Order(StringComparer.Ordinal));
    }

    private static BudgetHalt Halt() => new() { Servings = ["chat"], Teams = [], Pools = [], Mode = ShutdownMode.Enforce };

    private static Task<Deployed> Of(BudgetHalt halt, DeploymentEnvironment environment = DeploymentEnvironment.Dev, Func<TagPolicy, TagPolicy>? tags = null)
    {
        var fleet = A.FleetPlan(environment, A.Pool(), A.Pool(CloudProvider.Gcp));
        return Deployed.Of(
            fleet with
            {
                Plan = fleet.Plan with
                {
                    Tags = tags?.Invoke(fleet.Plan.Tags) ?? fleet.Plan.Tags,
                    Teams = [fleet.Plan.Teams[0] with { Monthly = new Usd(5_000), Daily = new Usd(300) }],
                    Budget = new Budget(new Usd(20_000), [Share.FromPercent(80), Share.All], Share.FromPercent(90)) { Alerts = new BudgetAlerts(["a@example.com"]), Halt = halt },
                },
            },
            A.Settings() with { GoogleBillingAccount = BillingAccount });
    }

    private static Dictionary<string, string?> Tags(Declared group) =>
        Enumerable.Range(0, group.Count("tags")).ToDictionary(at => group[$"tags.{at}.key"]!, at => group[$"tags.{at}.value"]);

    private static List<JsonNode> Statements(Deployed deployed) =>
        [.. JsonNode.Parse(deployed.All(Role).Single(role => role.Name.EndsWith("-halt", StringComparison.Ordinal))["policy"]!)!["Statement"]!.AsArray().Select(statement => statement!)];

    private static IEnumerable<string> Actions(JsonNode statement) => statement["Action"]!.AsArray().Select(action => (string)action!);
}
