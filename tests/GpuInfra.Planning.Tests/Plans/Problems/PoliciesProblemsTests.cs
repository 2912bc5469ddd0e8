namespace GpuInfra.Planning.Tests.Plans.Problems;

/// <summary>What an author reads after a slip in policies: the part of a good plan, what was written instead, the whole message.</summary>
public class PoliciesProblemsTests
{
    [Theory]
    [InlineData(
        null,
        "growth: agressive",
        "x.yaml:24:9 growth: \"agressive\" is not one of none, conservative, middle, aggressive (did you mean \"aggressive\"?)")]
    [InlineData(
        null,
        "growth: {}",
        "x.yaml:24:9 growth: needs policy, monthly, points or events")]
    [InlineData(
        null,
        "growth: { monthly: 5%, policy: middle }",
        "x.yaml:24:9 growth: needs one of policy, monthly and points")]
    [InlineData(
        null,
        "growth: { monthly: 5%, step: true }",
        "x.yaml:24:30 growth.step: goes with points only")]
    [InlineData(
        null,
        "growth: { events: [{ from: 2027-03-14, to: 2027-03-01, factor: 0 }] }",
        "x.yaml:24:44 growth.events[0].to: is before from\n"
        + "x.yaml:24:64 growth.events[0].factor: \"0\" is outside the range from 0.001 to 1000")]
    [InlineData(
        null,
        "leadTimes: { quota: 2w, capacityBlock: 90d }",
        "x.yaml:24:21 leadTimes.quota: \"2w\" is not a number of days: write it as 90d\n"
        + "x.yaml:24:40 leadTimes.capacityBlock: \"90d\" is outside the range from 1d to 56d")]
    [InlineData(
        null,
        "growth: { points: { 2026-13: 1.0 } }",
        "x.yaml:24:21 growth.points.2026-13: \"2026-13\" is not a month: write year and month with two digits, as 2026-12")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alerts: { email: [] } }",
        "x.yaml:24:42 budget.alerts.email: must have at least one item")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alertAt: [10%, 20%, 30%, 40%, 50%], alerts: { email: [a@b.c, b@b.c, c@b.c, d@b.c, e@b.c, f@b.c] } }",
        "x.yaml:24:34 budget.alertAt: at most 4 shares with alerts: AWS keeps five notifications of a budget, and the forecast's is one\n"
        + "x.yaml:24:78 budget.alerts.email: at most 5 addresses: Google Cloud tells no more of a budget")]
    [InlineData(
        null,
        "budget: { monthly: $1k, halt: { servings: [assistant] } }",
        "x.yaml:24:31 budget.halt: needs alerts: clouds tell what is spent by the budgets that alerts make in them")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alerts: { email: [a@b.c] }, servings: { asistant: $3k }, halt: { servings: [asistant], teams: [nobody] } }",
        "x.yaml:24:63 budget.servings: unknown serving \"asistant\" (did you mean \"assistant\"?)\n"
        + "x.yaml:24:100 budget.halt.servings: unknown serving \"asistant\" (did you mean \"assistant\"?)\n"
        + "x.yaml:24:119 budget.halt.teams: unknown team \"nobody\"; known are support")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alerts: { email: [a@b.c] }, halt: { mode: enforce } }",
        "x.yaml:24:59 budget.halt: says not what is halted: name servings, teams or pools")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alertAt: [10%, 20%, 30%, 40%], haltAt: 90%, alerts: { email: [a@b.c] }, halt: { servings: [assistant] } }",
        "x.yaml:24:64 budget.haltAt: must be one of the four shares of alertAt: AWS keeps five notifications of a budget, and the forecast's is one")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alerts: { email: [a@b.c] }, halt: { servings: [assistant], roles: [deployer], neverRoles: [deployer, break-glass] } }",
        "x.yaml:24:91 budget.halt.roles: \"deployer\" is one of neverRoles: who deploys or breaks glass is never denied anything\n"
        + "x.yaml:24:91 budget.halt.roles: nothing is denied to anybody in production: roles are for dev and staging")]
    [InlineData(
        null,
        "budget: { monthly: $1k, alerts: { email: [a@b.c] }, halt: { servings: [assistant], roles: [dev], neverRoles: [deployer] } }",
        "x.yaml:24:91 budget.halt.roles: needs neverRoles: name the role that deploys and the one that breaks glass, so that neither can be denied by a slip\n"
        + "x.yaml:24:91 budget.halt.roles: nothing is denied to anybody in production: roles are for dev and staging")]
    [InlineData(
        null,
        "headroom: 500%",
        "x.yaml:24:11 headroom: \"500%\" is outside the range from 0% to 400%")]
    [InlineData(
        null,
        "headroom: -5%",
        "x.yaml:24:11 headroom: \"-5%\" is negative")]
    [InlineData(
        null,
        "survive: { zone: 120% }",
        "x.yaml:24:18 survive.zone: \"120%\" is outside the range from 0% to 100%")]
    [InlineData(
        null,
        "purchasing: { quotaRequests: {} }",
        "x.yaml:24:30 purchasing.quotaRequests: contact is missing: Whom a cloud may ask back, as a mail address; for Google Cloud that of an account which may change the project's quotas.")]
    [InlineData(
        null,
        "purchasing: { reserve: { upTo: 50 } }",
        "x.yaml:24:32 purchasing.reserve.upTo: \"50\" is not a percentile: write it from p1 to p99, as p50")]
    [InlineData(
        null,
        "purchasing: { reserve: { upTo: p100, term: 2yr } }",
        "x.yaml:24:32 purchasing.reserve.upTo: \"p100\" is not a percentile: write it from p1 to p99, as p50\n"
        + "x.yaml:24:44 purchasing.reserve.term: \"2yr\" is not one of none, 1yr, 3yr (did you mean \"1yr\"?)")]
    [InlineData(
        null,
        "purchasing: { spot: { for: [online], fallback: ondemand } }",
        "x.yaml:24:29 purchasing.spot.for[0]: online servings never run on spot: it can be taken away within 30 seconds to 2 minutes\n"
        + "x.yaml:24:48 purchasing.spot.fallback: \"ondemand\" is not one of onDemand, none (did you mean \"onDemand\"?)")]
    [InlineData(
        null,
        "shutdown: { officeHours: { from: \"08:00\", to: \"20:00\" } }",
        "x.yaml:24:26 shutdown.officeHours: production does not go home: officeHours are for dev and staging")]
    [InlineData(
        null,
        "shutdown: { mode: enforce }",
        "x.yaml:24:19 shutdown.mode: production is never shut down for being idle: enforce is for dev and staging")]
    [InlineData(
        null,
        "shutdown: { mode: dryrun, restartRisk: none }",
        "x.yaml:24:19 shutdown.mode: \"dryrun\" is not one of dryRun, enforce (did you mean \"dryRun\"?)\n"
        + "x.yaml:24:40 shutdown.restartRisk: \"none\" is not one of recommend, accept")]
    [InlineData(
        null,
        "shutdown: { idle: 30, utilizationBelow: 0.05 }",
        "x.yaml:24:19 shutdown.idle: \"30\" has no unit: write 30ms, 30s, 30m or 30h\n"
        + "x.yaml:24:41 shutdown.utilizationBelow: \"0.05\" has no unit: write 5% or 0.05%, whichever is meant")]
    [InlineData(
        null,
        "waivers: [{ policy: log-retention, subject: x }]",
        "x.yaml:24:11 waivers[0]: reason is missing: Why; everybody who previews the stack reads it.\n"
        + "x.yaml:24:11 waivers[0]: expires is missing: The last day on which it holds, as 2027-03-31; after it the preview fails.")]
    [InlineData(
        null,
        "waivers: [{ policy: log-retention, subject: '*', reason: ' ', expires: 2027-02-30 }]",
        "x.yaml:24:45 waivers[0].subject: \"*\" is not a resource, pool or serving by name (* alone would switch the policy off)\n"
        + "x.yaml:24:58 waivers[0].reason: must say why, in at most 200 letters\n"
        + "x.yaml:24:72 waivers[0].expires: \"2027-02-30\" is not a day: write year, month and day, as 2026-12-20")]
    [InlineData(
        null,
        "waivers: [{ policy: tags, subject: x, reason: a, expires: 2027-03-31 }, { policy: tags, subject: x, reason: b, expires: 2028-03-31 }]",
        "x.yaml:24:10 waivers: tags is waived twice for x")]
    [InlineData(
        null,
        "budget: { monthly: 150000 }",
        "x.yaml:24:20 budget.monthly: \"150000\" is not an amount: write US dollars with a $ before them, as $150k")]
    [InlineData(
        null,
        "budget: { monthly: $150k, alertAt: [80%, 80%] }",
        "x.yaml:24:42 budget.alertAt[1]: \"80%\" stands here twice; the first is on line 24")]
    [InlineData(
        null,
        "budget: { alertAt: 80% }",
        "x.yaml:24:9 budget: monthly is missing: What the stack may spend in a month, as $150k.\n"
        + "x.yaml:24:20 budget.alertAt: must be a list: write [a, b], or each item on a line of its own after \"- \"")]
    [InlineData(
        null,
        "tags: { required: [Owner] }",
        "x.yaml:24:20 tags.required[0]: \"Owner\" is not a tag key: 1 to 63 lower-case letters, digits, - and _, beginning with a letter (what both clouds take)")]
    [InlineData(
        null,
        "tags: { extra: { team: x } }",
        "x.yaml:24:16 tags.extra: team is one of the tags that GpuInfra sets itself (environment, team, serving, tier, cost-center, auto-shutdown, managed-by)")]
    [InlineData(
        null,
        "tags: { extra: { app: Chat App, on: x } }",
        "x.yaml:24:23 tags.extra.app: \"Chat App\" is not a tag value: 1 to 63 lower-case letters, digits, - and _ (what both clouds take)\n"
        + "x.yaml:24:33 tags.extra.on: write \"on\" with its quotes: without them other YAML tools take it for a number or for true or false")]
    public void Policies_out_of_range_are_refused(string? part, string replacement, string problems) =>
        Assert.Equal(problems, PlanYaml.Problems(part is null ? PlanYaml.Plus(replacement) : PlanYaml.With(part, replacement)));
}
