using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>What a used-up budget halts is what the plan names, and stays halted.</summary>
internal static class HaltRules
{
    private const string AmazonBudget = "aws:budgets/budget:Budget";
    private const string BudgetAction = "aws:budgets/budgetAction:BudgetAction";
    private const string Autoscaler = "gcp:compute/regionAutoscaler:RegionAutoscaler";
    private const string Subscription = "gcp:pubsub/subscription:Subscription";
    private const string GoogleBudget = "gcp:billing/budget:Budget";

    public static Policy<Evidence> HaltAsPlanned { get; } = new(
        "halt-as-planned",
        "a used-up budget halts the plan's named pools and no others, no update raises them again, and who deploys is denied nothing",
        "AWS: the tag budget-halt on the groups of named pools alone, with suspendedProcesses in IgnoreChanges, and a notification of every budget to the halt's topic; Google Cloud: an autoscaler "
        + "for every named pool's group with autoscalingPolicy.mode in IgnoreChanges, and a subscription that takes the budgets' messages.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            ResourceTypes.AutoScalingGroup => OfAmazon(resource, evidence),
            ResourceTypes.RegionalGroup => OfGoogle(resource, evidence),
            AmazonBudget when Halts(evidence, CloudProvider.Aws) => Values.Unless(
                resource.Inputs.ListAt("notifications").Any(told => told.TextAt("notificationType") == "ACTUAL" && told.ListAt("subscriberSnsTopicArns").Any()
                    && told.NumberAt("threshold") == (decimal)Math.Round(evidence.Fleet.Plan.Budget!.HaltAt.Percent, 3)),
                "it does not start the halt at the plan's share"),
            GoogleBudget when Halts(evidence, CloudProvider.Gcp) => Values.Unless(IsTaken(resource, evidence), "nothing that halts takes its messages"),
            BudgetAction => OfAction(resource, evidence),
            _ => null,
        }));

    private static IEnumerable<string>? OfAmazon(ResourceRecord group, Evidence evidence)
    {
        var named = evidence.PoolOf(group) is { } pool && HaltedPools.IsNamed(evidence.Fleet.Plan, pool);
        var key = evidence.Fleet.Plan.Tags.NameOf("budget-halt");
        var signed = group.Inputs.ListAt("tags").Any(tag => tag.TextAt("key") == key && tag.TextAt("value") == "enabled");
        return named || signed
            ?
            [
                .. Values.Unless(named || !signed, "it says that it may be halted, and the plan does not name its pool"),
                .. Values.Unless(signed || !named, "the plan names its pool, and it does not say that it may be halted"),
                .. Values.Unless(group.Options.IgnoreChanges.Contains("suspendedProcesses"), "an update would start its launches again"),
            ]
            : null;
    }

    private static IEnumerable<string>? OfGoogle(ResourceRecord group, Evidence evidence)
    {
        if (evidence.PoolOf(group) is not { } pool || !HaltedPools.IsNamed(evidence.Fleet.Plan, pool))
        {
            return null;
        }

        var scalers = evidence.Dependents(group, Autoscaler).ToList();
        return
        [
            .. Values.Unless(group.Inputs.At("targetSize") is null, "its size is the program's: an update would put it back"),
            .. Values.Unless(scalers.Count > 0, "it has no autoscaler that could be turned off"),
            .. scalers.Where(scaler => !scaler.Options.IgnoreChanges.Contains("autoscalingPolicy.mode")).Select(_ => "an update would turn its autoscaler on again"),
        ];
    }

    /// <summary>A push to a function of the halt's: whatever else takes them halts nothing.</summary>
    private static bool IsTaken(ResourceRecord budget, Evidence evidence) =>
        evidence.Resources.Any(resource => resource.Type == Subscription && resource.Inputs.TextAt("pushConfig", "pushEndpoint") is not null
            && resource.Inputs.TextAt("topic") is { } topic && topic == budget.Inputs.TextAt("allUpdatesRule", "pubsubTopic"));

    private static IEnumerable<string> OfAction(ResourceRecord action, Evidence evidence)
    {
        var halt = evidence.Fleet.Plan.Budget?.Halt;
        var denied = action.Inputs.ListAt("definition", "iamActionDefinition", "roles").Select(role => role.TextAt()).OfType<string>().ToList();
        return
        [
            .. Values.Unless(!evidence.IsProduction, "it denies something in production"),
            .. denied.Where(role => halt is null || !halt.Roles.Contains(role)).Select(role => $"the plan does not name the role {role}"),
            .. denied.Where(role => halt?.NeverRoles.Contains(role) == true).Select(role => $"{role} deploys or breaks glass, and is never denied anything"),
        ];
    }

    private static bool Halts(Evidence evidence, CloudProvider cloud) => evidence.PoolsInScope.Any(pool => pool.Cloud == cloud && HaltedPools.IsNamed(evidence.Fleet.Plan, pool));
}
