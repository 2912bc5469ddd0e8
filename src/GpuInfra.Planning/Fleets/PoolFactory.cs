using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Sizing;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Fleets;

/// <summary>Writes down decided instances as pools: names, sizes, engine settings, owners, prices.</summary>
internal sealed class PoolFactory(CapacityPlan plan, Serving serving, ImmutableArray<Workload> workloads)
{
    private readonly RunWindow? _window = Window(plan, workloads);

    /// <summary>The pools of a standing placement: a reserved one, an on-demand one, or both.</summary>
    public IEnumerable<Pool> Standing(Placement placement, Demands.Demand demand)
    {
        var covered = placement.Covered;
        if (placement.Reserved > 0)
        {
            var pool = Pool(placement.Candidate, Tier.Reserved, placement.Reserved, placement.ReservedHourly, demand, [], placement);
            (pool, covered) = CommitmentLedger.Cover(pool with { Zones = placement.ReservedZones, Held = placement.Held }, covered);
            yield return pool;
        }

        if (placement.OnDemand > 0)
        {
            yield return CommitmentLedger.Cover(
                Pool(placement.Candidate, Tier.OnDemand, placement.OnDemand, Price(placement.Candidate, Tier.OnDemand, placement.OnDemand), demand, [], placement), covered).Pool;
        }
    }

    /// <summary>A spot pool.</summary>
    public Pool Spot(Candidate candidate, int instances, ImmutableArray<LadderRung> ladder, Demands.Demand demand) =>
        Pool(candidate, Tier.Spot, instances, Price(candidate, Tier.Spot, instances), demand, ladder);

    /// <summary>Machines outside the clouds.</summary>
    public Pool External(Candidate candidate, int instances, Demands.Demand demand) => Pool(
        candidate, Tier.External, instances, plan.Ledger.External.First(row => row.IsOf(candidate.Offer)).Hourly * instances, demand, []);

    /// <summary>A pool on its way out, as it was: the same group, of the size that the plan says.</summary>
    public Pool Draining(Candidate candidate, Tier tier, int instances, ImmutableArray<LadderRung> ladder, Demands.Demand demand) =>
        Pool(candidate, tier, instances, Price(candidate, tier, instances), demand, ladder) with { IsDraining = true };

    /// <summary>The id of a pool of the serving.</summary>
    public string IdOf(Offer offer, Tier tier) => Id(serving.Name, offer, tier);

    /// <summary>Hours that a pool of a tier runs in an average month.</summary>
    public decimal HoursPerMonth(Tier tier) => WindowOf(tier)?.HoursPerMonth ?? UsdPerHour.HoursPerMonth;

    /// <summary>A reservation is paid around the clock, so its machines run around the clock; those outside the clouds are not ours to stop.</summary>
    private RunWindow? WindowOf(Tier tier) => tier is Tier.Reserved or Tier.External ? null : _window;

    /// <summary>
    /// When the serving runs: within its workloads' window where they share one; within office hours where the plan has them and
    /// nobody outside the company waits; otherwise always.
    /// </summary>
    private static RunWindow? Window(CapacityPlan plan, ImmutableArray<Workload> workloads)
    {
        var windows = workloads.Select(workload => workload.Demand.Window).Distinct().ToImmutableArray();
        return windows is [{ } window]
            ? window
            : plan.Environment == DeploymentEnvironment.Prod ? null : plan.Shutdown?.OfficeHours;
    }

    private static UsdPerHour Price(Candidate candidate, Tier tier, int instances) => candidate.Price(tier) * instances;

    private Pool Pool(
        Candidate candidate, Tier tier, int instances, UsdPerHour hourly, Demands.Demand demand, ImmutableArray<LadderRung> ladder, Placement? within = null)
    {
        var (inputTokens, outputTokens) = candidate.TokensOf(demand);
        var (offer, sizing) = (candidate.Offer, candidate.Sizing);
        var window = WindowOf(tier);
        var autoShutdown = plan.Environment != DeploymentEnvironment.Prod && serving.FineTuning is null && candidate.Nodes == 1 && tier is not (Tier.Reserved or Tier.External) && plan.Shutdown is not null;
        var pool = new Pool
        {
            Id = Id(serving.Name, offer, tier),
            RenamedFrom = serving.RenamedFrom is { } old ? Id(old, offer, tier) : null,
            Serving = serving.Name,
            Tier = tier,
            Cloud = offer.Cloud,
            Region = offer.Region,
            Zones = Placement.Spread(tier == Tier.Spot ? offer.SpotZones : offer.Zones, instances),
            InstanceType = offer.InstanceType,
            Gpu = offer.Gpu,
            GpusPerInstance = offer.GpusPerInstance,
            AttachedGpu = offer.AttachedGpu,
            LocalNvme = offer.LocalNvme,
            Engine = new EngineSettings
            {
                Model = serving.Model.Id,
                Precision = serving.Precision,
                CachePrecision = serving.CachePrecision,
                Task = serving.Model.Task,
                TensorParallel = sizing.TensorParallel,
                PipelineParallel = candidate.Nodes,
                MaxContextTokens = candidate.Sizes.Where(size => size.Sizing is not null).Select(size => size.Size.LongestTokens).DefaultIfEmpty(serving.MaxContextTokens).Max(),
                MaxConcurrency = sizing.MaxConcurrency == 0 ? ReplicaSizer.MaxSequences : sizing.MaxConcurrency,
                MemoryUtilization = candidate.Cut is { Profile: null, PerGpu: var turns }
                    ? Share.FromFraction(Math.Floor(ReplicaMemory.Utilization.Fraction / turns * 1000) / 1000)
                    : ReplicaMemory.Utilization,
                Cut = candidate.Cut,
                Adapters = serving.Adapters,
            },
            ReplicasPerInstance = candidate.ReplicasPerInstance,
            NodesPerReplica = candidate.Nodes,
            ReplicaCapacity = new ReplicaCapacity(
                sizing.RequestsPerSecond,
                TokenRate.FromPerSecond(sizing.RequestsPerSecond * inputTokens),
                TokenRate.FromPerSecond(sizing.RequestsPerSecond * outputTokens)),
            Sizes =
            [
                .. candidate.Sizes.Select(size => new PoolSize(
                    size.Size.From, size.Size.Below, size.Size.Share, Share.FromFraction(size.Routed.Fraction * instances / (within?.Instances ?? instances)), size.RequestsPerSecond)),
            ],
            Latency = serving.Model.Task == ModelTask.Embedding || serving.FineTuning is not null
                ? null
                : new ExpectedLatency(sizing.TimeToFirstToken, sizing.TimePerOutputToken, sizing.InTime),
            Replicas = instances / candidate.Nodes * candidate.ReplicasPerInstance,
            Uptime = Share.FromFraction(candidate.Uptime),
            Ladder = ladder.IsEmpty ? [new LadderRung(offer.InstanceType, candidate.ReplicasPerInstance)] : ladder,

            // The watchdog leaves one machine; elsewhere the least size is what the plan needs, unless the serving scales (ScalingFloor). Spot may
            // be taken away.
            Instances = new InstanceCounts(tier == Tier.Spot ? 0 : autoShutdown ? Math.Min(1, instances) : instances, instances, instances),
            Window = window,
            AutoShutdown = autoShutdown,
            Team = Owner(team => team.Name),
            CostCenter = Owner(team => team.CostCenter),
            Hourly = hourly,
            Monthly = default,
        };
        return pool with { Monthly = (hourly * pool.HoursPerMonth).ToCents() };
    }

    private static string Id(string serving, Offer offer, Tier tier) =>
        string.Join('-', serving, JsonText.Word(offer.Cloud), offer.Region, tier.ToString().ToLowerInvariant(), offer.Gpu);

    private string Owner(Func<Team, string> name) =>
        workloads.Select(workload => workload.Team).Distinct().ToImmutableArray() switch
        {
            [{ } team] => name(team),
            [null] => Team.Unowned,
            _ => Team.Shared,
        };
}
