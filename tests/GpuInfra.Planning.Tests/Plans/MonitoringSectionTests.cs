using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class MonitoringSectionTests
{
    [Fact]
    public void A_plan_says_where_monitors_are_and_whom_they_tell()
    {
        var monitoring = Read("""
            { mode: existing, from: [10.30.0.0/16, 10.20.0.0/24], heartbeat: { url: https://beat.example.com/gpu, secret: beat },
              receivers: [{ service: pagerDuty, secret: pager, for: [page] }, { service: slack, secret: slack-hook, channel: "#gpu", for: [ticket, page] }, { service: webhook, url: https://hook.example.com }] }
            """);

        Assert.Equal("10.20.0.0/24 10.30.0.0/16", string.Join(' ', monitoring.From));
        Assert.Equal("beat", monitoring.Heartbeat?.Secret);
        Assert.Equal(AlertUrgency.Page, Assert.Single(Assert.IsType<AlertReceiver.PagerDuty>(monitoring.Receivers[0]).Urgencies));
        Assert.Equal("Page Ticket", string.Join(' ', Assert.IsType<AlertReceiver.Slack>(monitoring.Receivers[1]).Urgencies));
        Assert.Null(Assert.IsType<AlertReceiver.Webhook>(monitoring.Receivers[2]).Secret);
    }

    [Fact]
    public void A_plan_says_what_made_monitors_keep_and_how_people_sign_in()
    {
        var monitoring = Read("""
            { mode: create, retention: 90d, runbooks: https://git.example.com/gpu/blob/main, link: existing, remoteWrite: { url: https://store.example.com/write, secret: store }, heartbeat: { urlSecret: beat-url },
              receivers: [{ service: opsgenie, secret: ops }], grafana: { oidc: { issuer: https://id.example.com/, clientId: grafana, secret: oidc, editors: gpu team } } }
            """);

        Assert.Equal((90, CloudLink.Existing), (monitoring.RetentionDays, monitoring.Link));
        Assert.Equal(new GrafanaSignIn("https://id.example.com", "grafana", "oidc", "gpu team"), monitoring.SignIn);
        Assert.Equal("beat-url oidc ops store", string.Join(' ', monitoring.Secrets));
        Assert.Equal("https://git.example.com/gpu/blob/main", monitoring.Runbooks?.ToString());
        Assert.Equal(MonitoringPlan.DefaultRetentionDays, Read("{ mode: create }").RetentionDays);
    }

    [Fact]
    public void A_managed_store_tells_mailboxes_and_needs_nothing_else()
    {
        var monitoring = Read("{ mode: managed, receivers: [{ service: email, address: on-call@example.com, for: [page] }] }");

        Assert.Equal(MonitoringMode.Managed, monitoring.Mode);
        Assert.Equal("on-call@example.com", Assert.IsType<AlertReceiver.Email>(Assert.Single(monitoring.Receivers)).Address);
        Assert.Empty(monitoring.Secrets);
        Assert.Equal(MonitoringMode.Managed, Read("{ mode: managed }").Mode);
    }

    [Fact]
    public void What_watches_a_fleet_does_not_change_what_the_plan_means()
    {
        var plan = PlanYaml.Read(PlanYaml.Small);
        Assert.Null(plan.Monitoring);
        Assert.Equal(PlanYaml.Meaning(plan), PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Plus("monitoring: { mode: existing, from: [10.20.0.0/24] }"))));
    }

    [Theory]
    [InlineData("{ mode: existing }", "monitoring.mode: existing needs from")]
    [InlineData("{ from: [10.20.0.0/24] }", "monitoring: mode is missing")]
    [InlineData("{ mode: create, from: [10.20.0.0/24] }", "monitoring.from: monitors that are made read machines from their own addresses")]
    [InlineData("{ mode: create, retention: 0d }", "monitoring.retention: \"0d\" is outside the range from 1d to 1827d")]
    [InlineData("{ mode: create, link: yes }", "monitoring.link: \"yes\" is not one of none, existing")]
    [InlineData("{ mode: create, heartbeat: {} }", "or in urlSecret the name of the secret that holds it")]
    [InlineData("{ mode: create, heartbeat: { url: https://beat.example.com, urlSecret: beat } }", "or in urlSecret the name of the secret that holds it")]
    [InlineData("{ mode: create, grafana: { oidc: { issuer: http://id.example.com, clientId: grafana, secret: oidc } } }", "is not an address that begins with https://")]
    [InlineData("{ mode: create, grafana: { oidc: { issuer: https://id.example.com, secret: oidc } } }", "clientId is missing")]
    [InlineData("{ mode: create, grafana: { oidc: { issuer: https://id.example.com, clientId: grafana, secret: oidc, editors: \"a'b\" } } }", "is not a group")]
    [InlineData("{ mode: create, remoteWrite: { secret: store } }", "url is missing")]
    [InlineData("{ mode: create, runbooks: docs/runbooks }", "is not an address that begins with https://")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], retention: 31d }", "monitoring.retention: it is about monitors that are made")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], link: existing }", "monitoring.link: it is about monitors that are made")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], grafana: { oidc: { issuer: https://id.example.com, clientId: grafana, secret: oidc } } }", "monitoring.grafana: it is about monitors that are made")]
    [InlineData("{ mode: managed, from: [10.20.0.0/24] }", "monitoring.from: machines send to the managed store by themselves")]
    [InlineData("{ mode: managed, retention: 31d }", "monitoring.retention: it is about monitors that are made")]
    [InlineData("{ mode: managed, heartbeat: { urlSecret: beat } }", "monitoring.heartbeat: alarms of the cloud tell when alerts or machines fall silent")]
    [InlineData("{ mode: managed, remoteWrite: { url: https://store.example.com } }", "monitoring.remoteWrite: the managed store is where series go")]
    [InlineData("{ mode: managed, receivers: [{ service: pagerDuty, secret: pager }] }", "monitoring.receivers: the clouds' own stores tell by mail, since all else would need its secret in the stack's state: write { service: email")]
    [InlineData("{ mode: managed, receivers: [{ service: email }] }", "email needs an address")]
    [InlineData("{ mode: managed, receivers: [{ service: email, address: a@example.com, secret: a }] }", "email has no secret")]
    [InlineData("{ mode: create, receivers: [{ service: email, address: a@example.com }] }", "email is told with mode: managed alone")]
    [InlineData("{ mode: exsting, from: [10.20.0.0/24] }", "did you mean \"existing\"?")]
    [InlineData("{ mode: existing, form: [10.20.0.0/24] }", "did you mean \"from\"?")]
    [InlineData("{ mode: existing, from: [8.8.8.0/24] }", "\"8.8.8.0/24\" is not a private network")]
    [InlineData("{ mode: existing, from: [0.0.0.0/0] }", "\"0.0.0.0/0\" is not a private network")]
    [InlineData("{ mode: existing, from: [10.0.0.0/7] }", "\"10.0.0.0/7\" is not a private network")]
    [InlineData("{ mode: existing, from: [10.20.0.1/24] }", "\"10.20.0.1/24\" is not a private network")]
    [InlineData("{ mode: existing, from: [10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24, 10.0.4.0/24, 10.0.5.0/24, 10.0.6.0/24, 10.0.7.0/24, 10.0.8.0/24, 10.0.9.0/24, 10.0.10.0/24] }", "at most 10 networks")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: pagerDuty }] }", "pagerDuty needs a secret")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: slack, secret: hook }] }", "slack needs a channel")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: webhook }] }", "webhook needs a url")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: webhook, url: http://hook.example.com }] }", "is not an address that begins with https://")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: opsgenie, secret: og, channel: \"#gpu\" }] }", "opsgenie has no channel")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: opsgenie, secret: og, for: [ticket] }] }", "nobody is told of pages")]
    [InlineData("{ mode: existing, from: [10.20.0.0/24], receivers: [{ service: opsgenie, secret: og, for: [] }] }", "receivers[0].for")]
    public void What_cannot_watch_or_tell_is_refused(string monitoring, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.Plus($"monitoring: {monitoring}")), StringComparison.Ordinal);

    private static MonitoringPlan Read(string monitoring) =>
        PlanYaml.Read(PlanYaml.Plus($"monitoring: {monitoring.ReplaceLineEndings(" ").Trim()}")).Monitoring!;
}
