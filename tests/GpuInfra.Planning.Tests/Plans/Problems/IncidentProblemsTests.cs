using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans.Problems;

public class IncidentProblemsTests
{
    [Fact]
    public void A_sound_incident_is_read()
    {
        var incident = PlanYaml.Read(PlanYaml.Plus("incident: { lost: [zone:use1-az4, zone:use1-az2], until: 2026-12-10, reason: power }")).Incident!;
        Assert.Equal(["zone:use1-az2", "zone:use1-az4"], incident.Lost.Select(place => place.ToString()));
        Assert.True(incident.Loses(CloudProvider.Aws, "us-east-1", "use1-az4"));
        Assert.False(incident.LosesRegion(CloudProvider.Aws, "us-east-1"));
        Assert.Null(PlanYaml.Read(PlanYaml.Plus("")).Incident);
    }

    [Theory]
    [InlineData("incident: { lost: [], until: 2026-12-10, reason: power }", "incident.lost")]
    [InlineData("incident: { lost: [use1-az4], until: 2026-12-10, reason: power }", "\"use1-az4\" is no place: write zone:use1-az4, region:us-east-1 or cloud:gcp")]
    [InlineData("incident: { lost: [zone:use1-az44], until: 2026-12-10, reason: power }", "the plan uses no zone \"use1-az44\" (did you mean \"use1-az4\"?)")]
    [InlineData("incident: { lost: [region:us-west-2], until: 2026-12-10, reason: power }", "the plan uses no region \"us-west-2\"")]
    [InlineData("incident: { lost: [cloud:aws, region:us-central1], until: 2026-12-10, reason: power }", "leaves nothing to plan on")]
    [InlineData("incident: { lost: [zone:use1-az4], reason: power }", "until")]
    [InlineData("scope: azure", "azure")]
    public void What_is_wrong_is_told(string line, string says) =>
        Assert.Contains(says, PlanYaml.Problems(PlanYaml.Plus(line)), StringComparison.Ordinal);

    [Fact]
    public void A_scope_is_for_production_and_for_a_cloud_of_the_plan()
    {
        Assert.Equal(CloudProvider.Gcp, PlanYaml.Read(PlanYaml.Plus("scope: gcp")).Scope);
        Assert.Contains(
            "an update without --target would delete the other cloud",
            PlanYaml.Problems(PlanYaml.With("environment: prod", "scope: gcp\nenvironment: dev")),
            StringComparison.Ordinal);
        Assert.Contains(
            "the plan does not use gcp",
            PlanYaml.Problems(PlanYaml.With("share: 70%", "share: 100%").Replace("  gcp: { project: acme-prod, share: 30%, regions: [us-central1] }", "", StringComparison.Ordinal) + "scope: gcp\n"),
            StringComparison.Ordinal);
    }
}
