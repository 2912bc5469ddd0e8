namespace Pulumi.Offline.Tests;

/// <summary>Offline runs of programs that use the resources of <c>TestResources</c>.</summary>
internal static class Offline
{
    public static OfflineOptions Options { get; } = new()
    {
        Project = "fleet",
        Stack = "dev",
        RootDirectory = "/work",
        CheckSchemas = false,
    };

    public static Task<OfflineResult> RunAsync(Action program) => RunAsync(Options, program);

    public static Task<OfflineResult> RunAsync(OfflineOptions options, Action program)
        => OfflineDeployment.RunAsync(options, () => Deployment.RunAsync(program));

    public static async Task<OfflineResult> RunWellAsync(Action program)
    {
        var result = await RunAsync(program);
        Assert.Empty(result.Errors);
        Assert.True(result.Succeeded);
        return result;
    }

    /// <summary>An output whose callback throws.</summary>
    public static Output<string> Failing(Exception error) => Output.Create(1).Apply(new Func<int, string>(_ => throw error));

    public static ResourceRecord Named(this RunRecord run, string name) => run.Resources.Single(resource => resource.Name == name);

    public static PropertyValue Input(this ResourceRecord resource, string name) => resource.Inputs.Members[name];

    public static string Json(this PropertyValue value) => RecordJson.ToText(value);
}
