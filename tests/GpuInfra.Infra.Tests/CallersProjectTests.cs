using GpuInfra.Planning.Catalogs;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>A caller who works in another Google Cloud project than the plan's is refused, as AWS's provider refuses another account.</summary>
public class CallersProjectTests
{
    [Theory]
    [InlineData("")]
    [InlineData(A.Project)]
    public async Task The_plans_project_is_worked_in(string caller)
    {
        var deployed = await Deploy(caller);

        Assert.Equal("acme-gpu", deployed.One("pulumi:providers:gcp")["project"]);
        Assert.NotEmpty(deployed.All("gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager"));
    }

    [Fact]
    public async Task Another_one_is_refused_with_what_to_do()
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Deploy("acme-dev"));

        Assert.Contains(
            "clouds.gcp.project: the plan is for acme-gpu, and the caller works in acme-dev; sign in for acme-gpu, or, when these credentials "
            + "may work there, say so with: pulumi config set --stack prod gcp:project acme-gpu",
            refused.Message);
    }

    [Fact]
    public async Task Nobody_is_asked_where_Google_Cloud_is_not_used() => Assert.Empty((await Deployed.Of(A.Pool())).Asked);

    private static Task<Deployed> Deploy(string caller) =>
        Deployed.Of(() => FleetProgram.Deploy(A.FleetPlan(A.Pool(CloudProvider.Gcp)), A.Settings()), caller);
}
