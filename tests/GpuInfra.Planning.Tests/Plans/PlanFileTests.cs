using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Demands;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Sections;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Tests.Plans;

public class PlanFileTests
{
    private const string Everything = """
        version: 1
        environment: staging
        platform: vm
        start: "2026-12"
        asOf: 2027-01
        horizonMonths: 24
        teams:
          support: { owner: a@example.com, costCenter: cc-42, monthly: $60k }
          search: { owner: b@example.com, costCenter: "0042" }
        clouds:
          gcp: { project: acme-prod, share: 33.3%, regions: [us-central1, europe-west4] }
          aws: { account: "011122223333", share: 66.7%, regions: [us-east-1] }
        growth: { points: { 2026-12: 1, 2027-06: 1.8 } }
        headroom: 150%
        survive: { zone: 100%, cloud: 60% }
        servings:
          - name: assistant
            kind: online
            model: meta-llama/Llama-3.1-8B-Instruct
            precision: fp8
            latency: { timeToFirstToken: 1.5s, timePerOutputToken: 40ms, percentile: 99 }
            survive: { cloud: 0 }
        workloads:
          - name: chat
            team: support
            serving: assistant
            growth: aggressive
            demand: { inputTokensPerDay: 800M, outputTokensPerDay: 200M, requestsPerDay: 1M, peakToMean: 3 }
          - name: index
            team: search
            kind: embedding
            model: bge-large
            growth: { monthly: 2% }
            demand: { inputTokensPerDay: 6B, requestsPerDay: 15M, window: { days: Sun-Thu, from: "22:00", to: "02:00", zone: UTC } }
        purchasing: { reserve: { upTo: p50, term: 1yr }, spot: { for: [experimentation, batch], fallback: onDemand } }
        shutdown: { idle: 45m, mode: enforce, restartRisk: accept, officeHours: { days: Mon-Fri, from: 08:00, to: 20:00, zone: Europe/Berlin } }
        budget: { monthly: $150k, alertAt: [100%, 50%] }
        tags: { required: [owner], extra: { app: chat } }
        """;

    [Fact]
    public void Waivers_are_read_and_ordered_by_what_they_waive()
    {
        var plan = PlanYaml.Read(PlanYaml.Plus(
            "waivers: [{ policy: tags, subject: b, reason: later, expires: 2027-03-31 }, "
            + "{ policy: log-retention, subject: \"gpu-*\", reason: audit, expires: \"2027-01-01\", approvedBy: a@example.com }]"));

        Assert.Equal<Waiver>(
            [
                new Waiver("log-retention", "gpu-*", "audit", new DateOnly(2027, 1, 1), "a@example.com"),
                new Waiver("tags", "b", "later", new DateOnly(2027, 3, 31), null),
            ],
            plan.Waivers);
        Assert.Empty(PlanYaml.Read(PlanYaml.Small).Waivers);
    }

    [Fact]
    public void Every_key_is_read_into_the_plan()
    {
        var plan = PlanYaml.Read(Everything);

        Assert.Equal(DeploymentEnvironment.Staging, plan.Environment);
        Assert.Equal((new Month(2026, 12), new Month(2027, 1), 24), (plan.Start, plan.AsOf, plan.HorizonMonths));
        Assert.Equal(
            [new Team("search", "b@example.com", "0042", null), new Team("support", "a@example.com", "cc-42", new Usd(60_000))],
            plan.Teams.ToArray());
        Assert.Equal(
            [(CloudProvider.Aws, "011122223333"), (CloudProvider.Gcp, "acme-prod")],
            plan.Clouds.Select(cloud => (cloud.Cloud, cloud.Account)));
        Assert.Equal(["europe-west4", "us-central1"], plan.Clouds[1].Regions.ToArray());
        Assert.Equal(
            [(new Month(2026, 12), 1.0), (new Month(2027, 6), 1.8)],
            Assert.IsType<Growth.Points>(plan.Growth).Factors.Select(p => (p.Key, p.Value)));
        Assert.Equal(Share.FromPercent(150), plan.Headroom);
        Assert.Equal(new Survival(Share.All, Share.FromPercent(60)), plan.Survive);
        Assert.Equal([ServingKind.Batch, ServingKind.Experimentation], plan.Purchasing.SpotFor.ToArray());
        Assert.Equal(
            (50, ReserveTerm.OneYear, SpotFallback.OnDemand),
            (plan.Purchasing.ReserveUpToPercentile, plan.Purchasing.ReserveTerm, plan.Purchasing.SpotFallback));
        Assert.Equal(
            new Shutdown(
                TimeSpan.FromMinutes(45),
                Share.FromPercent(5),
                new RunWindow(new DayRange(DayOfWeek.Monday, DayOfWeek.Friday), new TimeOnly(8, 0), new TimeOnly(20, 0), "Europe/Berlin"))
            {
                Mode = ShutdownMode.Enforce,
                RestartRisk = RestartRisk.Accept,
            },
            plan.Shutdown);
        Assert.Equal((new Usd(150_000), Share.All), (plan.Budget!.Monthly, plan.Budget.HaltAt));
        Assert.Equal([Share.FromPercent(50), Share.All], plan.Budget.AlertAt.ToArray());
        Assert.Equal(["owner"], plan.Tags.Required.ToArray());
        Assert.Equal("chat", plan.Tags.Extra["app"]);
    }

    [Fact]
    public void Servings_and_workloads_are_read_and_joined()
    {
        var plan = PlanYaml.Read(Everything);

        Assert.Equal(["assistant", "index"], plan.Servings.Select(serving => serving.Name));
        var assistant = plan.Servings[0];
        Assert.Equal(("llama-3.1-8b", Precision.Fp8), (assistant.Model.Id, assistant.Precision));
        Assert.Equal(new LatencyTarget(TimeSpan.FromSeconds(1.5), TimeSpan.FromMilliseconds(40), 99), assistant.Latency);
        Assert.Equal(new Survival(Share.All, default), assistant.Survive);
        Assert.Equal(
            ("assistant", "support", Growth.Aggressive),
            (plan.Workloads[0].Serving, plan.Workloads[0].Team!.Name, plan.Workloads[0].Growth));
        Assert.Equal(new DemandSource.Daily(800e6, 200e6, 1e6) { PeakToMean = 3 }, plan.Workloads[0].Demand);
    }

    [Fact]
    public void Growth_takes_steps_and_events_and_demand_takes_users()
    {
        var plan = PlanYaml.Read(PlanYaml.With(
            "demand: { profile: azure-conv-2023, scale: 4 }",
            """
            demand: { users: 50k, requestsPerUserPerDay: 12, inputTokensPerRequest: 900, outputTokensPerRequest: 250, peakToMean: 3 }
                growth: { points: { "2026-12": 1, "2027-02": 1.5 }, step: true, events: [{ from: 2027-03-01, to: 2027-03-14, factor: 1.6 }, { from: 2026-12-24, to: 2027-01-01, factor: 0.5 }] }
            """) + "growth: { policy: middle, events: [{ from: 2027-05-01, to: 2027-05-01, factor: 2 }] }\n");
        Assert.Equal(new DemandSource.Users(50_000, 12, 900, 250) { PeakToMean = 3 }, plan.Workloads[0].Demand);
        var points = Assert.IsType<Growth.Points>(plan.Workloads[0].Growth);
        Assert.True(points.IsStep);
        Assert.Equal(
            [new GrowthEvent(new DateOnly(2026, 12, 24), new DateOnly(2027, 1, 1), 0.5), new GrowthEvent(new DateOnly(2027, 3, 1), new DateOnly(2027, 3, 14), 1.6)],
            points.Events.ToArray());
        Assert.Equal(2, Assert.IsType<Growth.ToFactor>(plan.Growth).Factor);
        Assert.Equal(2, Assert.Single(plan.Growth.Events).Factor);
    }

    [Fact]
    public void A_workload_that_is_alone_gets_a_serving_of_its_name()
    {
        var plan = PlanYaml.Read(Everything);

        var (serving, workload) = (plan.Servings[1], plan.Workloads[1]);
        Assert.Equal(("index", "index"), (serving.Name, workload.Serving));
        Assert.Equal((ServingKind.Embedding, 512, null), (serving.Kind, serving.MaxContextTokens, serving.Latency));
        Assert.Equal(plan.Survive, serving.Survive);
        Assert.Equal(new Growth.Monthly(Share.FromPercent(2)), workload.Growth);
        Assert.Equal(
            new RunWindow(new DayRange(DayOfWeek.Sunday, DayOfWeek.Thursday), new TimeOnly(22, 0), new TimeOnly(2, 0), "Etc/UTC"),
            workload.Demand.Window);
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        var plan = PlanYaml.Read(PlanYaml.Small.Replace("    maxContextTokens: 16384\n", "", StringComparison.Ordinal));

        Assert.Equal((plan.Start, 12, Platform.Vm), (plan.AsOf, plan.HorizonMonths, plan.Platform));
        Assert.Equal((Growth.None, Share.FromPercent(20), Survival.None), (plan.Growth, plan.Headroom, plan.Survive));
        Assert.Null(plan.Purchasing.ReserveUpToPercentile);
        Assert.Empty(plan.Purchasing.SpotFor);
        Assert.Null(plan.Shutdown);
        Assert.Null(plan.Budget);
        var serving = plan.Servings[0];
        Assert.Equal((8192, Precision.Bf16, 95), (serving.MaxContextTokens, serving.Precision, serving.Latency!.Percentile));
        Assert.Null(plan.Workloads[0].Demand.PeakToMean);
        Assert.Equal(1, plan.Workloads[1].Demand.PeakToMean);
    }

    [Fact]
    public void A_single_cloud_has_all_of_it_without_saying_so()
    {
        var plan = PlanYaml.Read(PlanYaml.Small
            .Replace("share: 70%, ", "", StringComparison.Ordinal)
            .Replace("  gcp: { project: acme-prod, share: 30%, regions: [us-central1] }\n", "", StringComparison.Ordinal));

        Assert.Equal(Share.All, Assert.Single(plan.Clouds).Share);
    }

    [Fact]
    public void A_promise_to_survive_a_cloud_needs_two() => Assert.Equal(
        "x.yaml:23:19 survive.cloud: needs a second cloud, and the plan has one",
        PlanYaml.Problems(PlanYaml.Plus("survive: { cloud: 60% }")
            .Replace("share: 70%, ", "", StringComparison.Ordinal)
            .Replace("  gcp: { project: acme-prod, share: 30%, regions: [us-central1] }\n", "", StringComparison.Ordinal)));

    [Fact]
    public void The_steepest_peak_taken_is_the_steepest_that_a_load_curve_can_have()
    {
        Assert.Equal(DemandSection.MaxPeakToMean, Math.Floor(LoadCurve.MaxPeakToMean));
        Assert.Equal(118, PlanYaml.Read(PlanYaml.With("scale: 4", "scale: 4, peakToMean: 118")).Workloads[0].Demand.PeakToMean);
    }

    [Fact]
    public void After_a_hundred_problems_the_rest_is_counted()
    {
        var keys = string.Concat(Enumerable.Range(0, 150).Select(i => $"unknown{i}: 1\n"));

        var problems = Assert.Throws<PlanException>(() => PlanYaml.Read(PlanYaml.Plus(keys))).Problems;

        Assert.Equal(101, problems.Length);
        Assert.Equal("x.yaml:124:1: and 50 more problems from here on", problems[^1].ToString());
    }
}
