using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>Rules between keys of the plan that lie apart. Those between workloads and servings are in <see cref="References"/>.</summary>
internal static class PlanRules
{
    /// <summary>Notes every breach.</summary>
    public static void Check(Fields plan)
    {
        CheckAsOf(plan);
        CheckRetired(plan);
        WaiverSection.CheckTwice(plan);
        DrainingSection.CheckTwice(plan);
        ObsoleteSection.CheckTwice(plan);
        RecoverySection.Check(plan);
        IncidentSection.Check(plan);
        CheckScope(plan);
        CheckCloudLoss(plan, plan.Get(PlanSection.Survive));
        foreach (var serving in plan.Get(PlanSection.Servings))
        {
            CheckCloudLoss(plan, serving.Survive);
            ResidencySection.Check(serving.Fields.Get(ServingSection.Residency), RecoverySection.Applied(plan));
            CheckSharedWeights(plan, serving);
        }

        ResidencySection.Check(plan.Get(PlanSection.Residency), RecoverySection.Applied(plan));
        StorageSection.Check(plan);

        if (plan.IsSound(PlanSection.Environment)
            && plan.Get(PlanSection.Environment) == DeploymentEnvironment.Prod
            && plan.Get(PlanSection.Shutdown) is { } shutdown)
        {
            ShutdownSection.CheckProduction(shutdown);
        }
    }

    private static void CheckAsOf(Fields plan)
    {
        if (!plan.IsSound(PlanSection.Start) || !plan.IsSound(PlanSection.HorizonMonths) || plan.Get(PlanSection.AsOf) is not { } asOf)
        {
            return;
        }

        var (first, months) = (plan.Get(PlanSection.Start), plan.Get(PlanSection.HorizonMonths));
        if (asOf.MonthsSince(first) is var since && (since < 0 || since >= months))
        {
            plan.Refuse(PlanSection.AsOf, $"{asOf} is outside the horizon, {first} to {first.Plus(months - 1)}");
        }
    }

    /// <summary>An update without --target deletes what is out of scope; only in production the engine refuses that, since it is protected.</summary>
    private static void CheckScope(Fields plan)
    {
        if (!plan.IsSound(PlanSection.Clouds) || plan.Get(PlanSection.Scope) is not { } scope)
        {
            return;
        }

        if (plan.Get(PlanSection.Clouds).All(cloud => cloud.Cloud != scope))
        {
            plan.Refuse(PlanSection.Scope, $"the plan does not use {JsonText.Word(scope)}");
        }
        else if (plan.IsSound(PlanSection.Environment) && plan.Get(PlanSection.Environment) != DeploymentEnvironment.Prod)
        {
            plan.Refuse(PlanSection.Scope, "is for production: elsewhere nothing is protected, and an update without --target would delete the other cloud");
        }
    }

    private static void CheckSharedWeights(Fields plan, ServingDraft serving)
    {
        if (serving.Serving is { ColdStart.Storage: WeightStore.SharedFileSystem, Scaling.Standby: not null })
        {
            serving.Fields.Refuse(ServingSection.ColdStart, "storage: sharedFileSystem and scaling.standby exclude each other: machines that wait stopped have the weights on their root disks");
        }

        if (serving.Serving.ColdStart?.Storage == WeightStore.SharedFileSystem && plan.IsSound(PlanSection.Clouds) && plan.Get(PlanSection.Clouds).Any(cloud => cloud.Cloud == CloudProvider.Gcp))
        {
            serving.Fields.Refuse(
                ServingSection.ColdStart,
                "storage: sharedFileSystem can be deployed on AWS alone: Filestore of that size reads slower than a bucket, and nobody fills a Hyperdisk ML. Write storage: auto, which takes EFS on AWS where the target needs it");
        }
    }

    private static void CheckRetired(Fields plan)
    {
        var clouds = plan.Get(PlanSection.Clouds);
        var servings = plan.Get(PlanSection.Servings).Concat(plan.Get(PlanSection.Workloads).Select(workload => workload.Alone).OfType<ServingDraft>());
        RetireSection.Check(
            plan.Get(PlanSection.Retire),
            [
                .. clouds.Select(cloud => JsonText.Word(cloud.Cloud)),
                .. clouds.SelectMany(cloud => cloud.Regions),
                .. servings.Select(serving => serving.Serving.Name).OfType<string>(),
            ]);
    }

    private static void CheckCloudLoss(Fields plan, SurvivalDraft? survive)
    {
        if (plan.IsSound(PlanSection.Clouds) && plan.Get(PlanSection.Clouds).Length == 1 && survive?.Cloud is { Fraction: > 0 })
        {
            survive.Fields.Refuse(SurvivalSection.Cloud, "needs a second cloud, and the plan has one");
        }
    }
}
