using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.Compute;

namespace GpuInfra.Infra.Google;

/// <summary>
/// A pool: for the reserved tier a group of fixed size for each reservation, made or held, for the others one group over the region.
/// No group heals by health check: a machine that loads weights for minutes would be replaced for ever. A failed engine restarts
/// in place, and Google recreates machines that die, unless the keeper has stopped launches.
/// </summary>
internal sealed class GooglePool : ComponentResource
{
    private readonly List<Output<string>> _groups = [];

    public GooglePool(PoolPlan plan, GooglePlace place, ComponentResourceOptions options)
        : base("gpuinfra:google:Pool", plan.Pool.Id, options)
    {
        var pool = plan.Pool;
        var child = Child(pool, Name);
        var template = new GoogleTemplate(plan, place);
        if (pool.Tier == Tier.Reserved)
        {
            foreach (var zone in pool.Zones.Select(zone => zone with { Instances = pool.MadeIn(zone) }).Where(zone => zone.Instances > 0))
            {
                Reserve(plan, place, template, zone);
            }

            foreach (var use in pool.Held)
            {
                RunOn(plan, template, use, place.Region.IsFrozen);
            }
        }
        else
        {
            var name = Name(pool.Id);
            var machine = new RegionInstanceTemplate(name, template.Unreserved(GoogleFabric.Together(plan, this)), child);
            var groupOptions = Child(pool, Name);
            if (plan.Load is not null)
            {
                groupOptions.IgnoreChanges.Add("instanceLifecyclePolicy.defaultActionOnFailure"); // Repairs that the keeper stopped come back with launches, which are people's to resume.
            }

            var group = new RegionInstanceGroupManager(name, GoogleGroup.OverRegion(plan, machine.SelfLink, place.Region.IsFrozen), groupOptions);
            _groups.Add(group.SelfLink);
            if (Scaler(plan, place, group.SelfLink) is { } scaler)
            {
                var scalerOptions = Child(pool, Name);
                if (plan.Load is not null || plan.Halts)
                {
                    scalerOptions.IgnoreChanges.Add("autoscalingPolicy.mode"); // Launches that the keeper or a used-up budget stopped are people's to resume.
                }

                _ = new RegionAutoscaler(name, scaler, scalerOptions);
            }

            Queue = plan.Queue is null ? null : place.Queues!.ByServing[pool.Serving];
            Kept = plan.Load is not null || plan.FallsBack || plan.GoesBefore ? group.Name : null;
            if (plan.FallsBack)
            {
                var twin = GoogleFallback.Add(plan, place, this);
                Twin = twin.Name;
                _groups.Add(twin.SelfLink);
            }
        }

        Id = pool.Id;
        RegisterOutputs();

        static string Name(string id) => Names.Fit(id, Names.GoogleAutoName);
    }

    /// <summary>The pool's id.</summary>
    public string Id { get; }

    /// <summary>Links of all its groups.</summary>
    public IReadOnlyCollection<Output<string>> Groups => _groups;

    /// <summary>The group that a keeper looks after; null where none needs to.</summary>
    public Output<string>? Kept { get; }

    /// <summary>The subscription that its jobs come from; null where it takes none.</summary>
    public Output<string>? Queue { get; }

    /// <summary>The group on demand beside a spot pool's; null where none stands in for it.</summary>
    public Output<string>? Twin { get; }

    /// <summary>What sets its group's size; null where the program does.</summary>
    private static RegionAutoscalerArgs? Scaler(PoolPlan plan, GooglePlace place, Input<string> group) => plan switch
    {
        // No machine with a job is kept from being scaled in; its runner gives the job back, which goes on elsewhere.
        { Queue: { } queue } => GoogleFigureScaling.Of(
            plan.Pool, group, MachineNeeds.LoadSeconds(plan), GoogleQueues.JobsInTheirHours, GoogleKeeper.Series(place.Region, plan.Pool), queue.JobsPerMachine),
        { Pool.Window: { } window } => GoogleGroup.InWindow(plan.Pool, window, group),
        { Load: { } load } => GoogleScaling.Of(plan.Pool, load, group),
        { Halts: true } => GoogleGroup.Steady(plan.Pool, group),
        _ => null,
    };

    private void Reserve(PoolPlan plan, GooglePlace place, GoogleTemplate template, PoolZone zone)
    {
        var pool = plan.Pool;
        var name = InZone(pool.Id);
        var reservation = new Reservation(
            name,
            GoogleShape.Of(pool).Reservation(zone, place.Region.Protect),
            new CustomResourceOptions { Parent = this, Protect = place.Region.Protect }.Formerly(pool, InZone));
        var child = Child(pool, InZone);
        var machine = new RegionInstanceTemplate(name, template.Reserved(reservation.Name), child);
        _groups.Add(new InstanceGroupManager(name, GoogleGroup.InZone(plan, zone, machine.SelfLink, place.Region.IsFrozen), child).SelfLink);

        string InZone(string id) => Names.Fit($"{id}-{zone.Zone[(zone.Zone.LastIndexOf('-') + 1)..]}", Names.GoogleAutoName);
    }

    /// <summary>Machines on a held reservation, which must be a specific one of this project.</summary>
    private void RunOn(PoolPlan plan, GoogleTemplate template, HeldUse use, bool isFrozen)
    {
        var name = Names.Fit($"{plan.Pool.Id}-{use.Reservation}", Names.GoogleAutoName);
        var child = new CustomResourceOptions { Parent = this };
        var machine = new RegionInstanceTemplate(name, template.Reserved(use.Reservation), child);
        _groups.Add(new InstanceGroupManager(name, GoogleGroup.InZone(plan, new PoolZone(use.Zone, use.Instances), machine.SelfLink, isFrozen), child).SelfLink);
    }

    private CustomResourceOptions Child(Pool pool, Func<string, string> name) =>
        new CustomResourceOptions { Parent = this }.Formerly(pool, name);
}
