using System.Text.Json.Nodes;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;
using Pulumi;

namespace GpuInfra.Infra.Tests;

public class BudgetTests
{
    private const string Amazon = "aws:budgets/budget:Budget";
    private const string Google = "gcp:billing/budget:Budget";

    [Fact]
    public async Task There_is_none_where_the_plan_names_nobody_to_tell()
    {
        var deployed = await Deployed.Of(Watched(email: []), A.Settings());

        Assert.Empty(deployed.All(Amazon));
        Assert.Empty(deployed.All(Google));
        Assert.DoesNotContain(deployed.Urns, urn => urn.Contains("gpuinfra:amazon:Account", StringComparison.Ordinal) || urn.Contains("gpuinfra:google:Account", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AWS_watches_its_part_by_the_tag_that_names_the_stack()
    {
        var budget = (await Deployed.Of(Watched(), Settings())).All(Amazon).Single(budget => budget.Name == "aws-budget");

        // A third of the machines' cost is Google's.
        Assert.Equal(("COST", "MONTHLY", "USD", "200000.00"), (budget["budgetType"], budget["timeUnit"], budget["limitUnit"], budget["limitAmount"]));
        Assert.Equal((1, "TagKeyValue", "user:managed-by$pulumi/gpuinfra/prod"), (budget.Count("costFilters"), budget["costFilters.0.name"], budget["costFilters.0.values.0"]));
        Assert.Equal(
            [("ACTUAL", "80"), ("ACTUAL", "100"), ("FORECASTED", "100")],
            Enumerable.Range(0, budget.Count("notifications")).Select(at => (budget[$"notifications.{at}.notificationType"]!, budget[$"notifications.{at}.threshold"]!)));
        Assert.All(Enumerable.Range(0, 3), at =>
            Assert.Equal(["a@example.com", "b@example.com"], budget.List($"notifications.{at}.subscriberEmailAddresses")));
    }

    [Fact]
    public async Task AWS_watches_a_team_by_its_tag_in_the_plans_account_and_tells_its_owner()
    {
        var budget = (await Deployed.Of(Watched(), Settings())).All(Amazon).Single(budget => budget.Name == "aws-budget-search");

        Assert.Equal("60000.00", budget["limitAmount"]);
        Assert.Equal(("TagKeyValue", "user:team$search"), (budget["costFilters.0.name"], budget["costFilters.0.values.0"]));
        Assert.Equal(("LinkedAccount", A.Account), (budget["costFilters.1.name"], budget["costFilters.1.values.0"]));
        Assert.Equal(["search@example.com"], budget.List("notifications.0.subscriberEmailAddresses"));
    }

    [Fact]
    public async Task AWS_watches_what_a_team_may_spend_on_a_day_and_forecasts_no_day()
    {
        var fleet = Watched();
        var daily = fleet with { Plan = fleet.Plan with { Teams = [.. fleet.Plan.Teams.Select(team => team.Name == "search" ? team with { Daily = new Usd(2500) } : team)] } };
        var deployed = await Deployed.Of(daily, Settings());

        var budget = deployed.All(Amazon).Single(budget => budget.Name == "aws-budget-search-daily");
        Assert.Equal(("DAILY", "1666.66", "user:team$search"), (budget["timeUnit"], budget["limitAmount"], budget["costFilters.0.values.0"]));
        Assert.Equal([("ACTUAL", "80"), ("ACTUAL", "100")], Enumerable.Range(0, budget.Count("notifications")).Select(at => (budget[$"notifications.{at}.notificationType"]!, budget[$"notifications.{at}.threshold"]!)));
        Assert.DoesNotContain(deployed.All(Google), other => other.Name.EndsWith("-daily", StringComparison.Ordinal)); // Its budgets know no day.
    }

    [Fact]
    public async Task AWS_is_asked_to_tell_a_day_that_costs_more_than_a_twentieth_of_the_month()
    {
        var deployed = await Deployed.Of(Watched(), Settings());

        var watched = JsonNode.Parse(deployed.One("aws:costexplorer/anomalyMonitor:AnomalyMonitor")["monitorSpecification"]!)!.AsObject();
        Assert.Equal(("managed-by", "pulumi/gpuinfra/prod"), ((string?)watched["Tags"]!["Key"], (string?)watched["Tags"]!["Values"]![0]));
        Assert.Equal(["And", "CostCategories", "Dimensions", "Not", "Or", "Tags"], watched.Select(part => part.Key));
        var told = deployed.One("aws:costexplorer/anomalySubscription:AnomalySubscription");
        Assert.Equal(("ANOMALY_TOTAL_IMPACT_ABSOLUTE", "10000"), (told["thresholdExpression.dimension.key"], told["thresholdExpression.dimension.values.0"]));
        Assert.Equal(("DAILY", "EMAIL", "b@example.com"), (told["frequency"], told["subscribers.1.type"], told["subscribers.1.address"]));
        Assert.Equal(["arn:aws:mock:::aws-anomalies"], told.List("monitorArnLists"));
    }

    [Fact]
    public async Task Google_watches_its_part_by_the_label_that_names_the_stack()
    {
        var budget = (await Deployed.Of(Watched(monthly: 300_000.03m), Settings())).All(Google).Single(budget => budget.Name == "gcp-budget");

        Assert.Equal((BillingAccount, "gpuinfra/prod"), (budget["billingAccount"], budget["displayName"]));
        Assert.Equal(("USD", "100000", "10000000"), (
            budget["amount.specifiedAmount.currencyCode"], budget["amount.specifiedAmount.units"], budget["amount.specifiedAmount.nanos"]));
        Assert.Equal("pulumi-gpuinfra-prod", Assert.Single(budget.Map("budgetFilter.labels")).Value);
        Assert.False(budget.Has("budgetFilter.projects"));
        Assert.Equal(
            [("CURRENT_SPEND", "0.8"), ("CURRENT_SPEND", "1"), ("FORECASTED_SPEND", "1")],
            Enumerable.Range(0, budget.Count("thresholdRules")).Select(at => (budget[$"thresholdRules.{at}.spendBasis"]!, budget[$"thresholdRules.{at}.thresholdPercent"]!)));
    }

    [Fact]
    public async Task Google_watches_a_team_by_its_label_in_the_plans_project()
    {
        var budget = (await Deployed.Of(Watched(), Settings())).All(Google).Single(budget => budget.Name == "gcp-budget-search");

        Assert.Equal("search", Assert.Single(budget.Map("budgetFilter.labels")).Value);
        Assert.Equal(["projects/42"], budget.List("budgetFilter.projects"));
        Assert.Equal(["gcp-budget-search@example.com"], budget.List("allUpdatesRule.monitoringNotificationChannels"));
    }

    [Fact]
    public async Task Google_may_publish_to_the_topic_that_its_budgets_name()
    {
        var deployed = await Deployed.Of(Watched(), Settings());

        var grant = deployed.One("gcp:pubsub/topicIAMMember:TopicIAMMember");
        Assert.Equal(
            ("gcp-budget", "roles/pubsub.publisher", "serviceAccount:billing-budget-alert@system.gserviceaccount.com"), (grant["topic"], grant["role"], grant["member"]));
        Assert.All(deployed.All(Google), budget => Assert.Equal(("gcp-budget-id", "1.0"), (budget["allUpdatesRule.pubsubTopic"], budget["allUpdatesRule.schemaVersion"])));
        Assert.Equal(3, deployed.All("gcp:monitoring/notificationChannel:NotificationChannel").Count);
    }

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("billingAccounts/012345-6789AB-CDEF01", "is 'billingAccounts/012345-6789AB-CDEF01', which is none")]
    public void A_budget_on_Google_needs_the_billing_account(string? account, string state)
    {
        var refused = Assert.Throws<RunException>(() => FleetProgram.Deploy(Watched(), A.Settings() with { GoogleBillingAccount = account }));

        Assert.Equal(
            $"gpuinfra:billingAccount (billing account of Google Cloud, for budget.alerts) {state}; set it with: "
            + "pulumi config set --stack prod --path 'gpuinfra:billingAccount' 012345-6789AB-CDEF01",
            refused.Message);
    }

    private const string BillingAccount = "0123AB-4567CD-89EF01";

    private static StackSettings Settings() => A.Settings() with { GoogleBillingAccount = BillingAccount };

    /// <summary>Two pools, twice as dear on AWS as on Google Cloud, with a budget for the stack and one for their team.</summary>
    private static FleetPlan Watched(string[]? email = null, decimal monthly = 300_000)
    {
        email ??= ["a@example.com", "b@example.com"];
        var fleet = A.FleetPlan(A.Pool() with { Monthly = new Usd(20) }, A.Pool(CloudProvider.Gcp) with { Monthly = new Usd(10) });
        return fleet with
        {
            Plan = fleet.Plan with
            {
                Teams = [fleet.Plan.Teams[0] with { Monthly = new Usd(90_000) }],
                Budget = new Budget(new Usd(monthly), [Share.FromPercent(80), Share.All], Share.All) { Alerts = email.Length == 0 ? null : new BudgetAlerts([.. email]) },
            },
        };
    }
}
