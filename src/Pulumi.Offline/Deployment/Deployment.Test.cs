using System.Collections.Immutable;
using System.Text.Json;
using Pulumi.Engine;
using Pulumi.Offline;
using Pulumi.Testing;

namespace Pulumi;

public sealed partial class Deployment
{
    public static Task<ImmutableArray<Resource>> TestAsync<TStack>(IMocks mocks, TestOptions? options = null)
        where TStack : Stack, new()
        => TestStackAsync(mocks, options, Construct<TStack>);

    public static Task<ImmutableArray<Resource>> TestWithServiceProviderAsync<TStack>(
        IMocks mocks, IServiceProvider serviceProvider, TestOptions? options = null)
        where TStack : Stack
        => TestStackAsync(mocks, options, () => Resolve<TStack>(serviceProvider));

    public static async Task<ImmutableArray<Resource>> TestAsync(IMocks testMocks, TestOptions testOptions, Action createResources)
    {
        var (resources, _) = await TestAsync(testMocks, testOptions, () =>
        {
            createResources();
            return (IDictionary<string, object?>)ImmutableDictionary<string, object?>.Empty;
        });
        return resources;
    }

    public static async Task<ImmutableArray<Resource>> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<Task> createResources)
    {
        var (resources, _) = await TestAsync(testMocks, testOptions, async () =>
        {
            await createResources();
            return (IDictionary<string, object?>)ImmutableDictionary<string, object?>.Empty;
        });
        return resources;
    }

    public static Task<(ImmutableArray<Resource> Resources, IDictionary<string, object?> Outputs)> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<IDictionary<string, object?>> createResources)
        => TestAsync(testMocks, testOptions, () => Task.FromResult(createResources()));

    public static async Task<(ImmutableArray<Resource> Resources, IDictionary<string, object?> Outputs)> TestAsync(
        IMocks testMocks, TestOptions testOptions, Func<Task<IDictionary<string, object?>>> createResources)
    {
        IDictionary<string, object?> outputs = new Dictionary<string, object?>();
        var resources = await TestStackAsync(testMocks, testOptions, () => new Stack(
            async () => outputs = await createResources(), options: null));
        return ([.. resources.Where(resource => resource is not Pulumi.Stack)], outputs);
    }

    private static async Task<ImmutableArray<Resource>> TestStackAsync<TStack>(
        IMocks mocks, TestOptions? options, Func<TStack> create)
        where TStack : Stack
    {
        var settings = new DeploymentSettings
        {
            Project = options?.ProjectName ?? "project",
            Stack = options?.StackName ?? "stack",
            Organization = options?.OrganizationName ?? "organization",
            RootDirectory = options?.RootDirectory,
            IsDryRun = options?.IsPreview ?? true,
            Configuration = ReadEnvironmentConfiguration(),
        };
        var engine = new MockEngine(mocks, settings.Project, settings.Stack);
        await ProgramLoop.RunAsync(() => RunInAsync(
            () => new Deployment(engine, settings), deployment => deployment.RunStackAsync(create)));
        return engine.Errors switch
        {
            [] => engine.Resources,
            [var error] => throw new RunException(error),
            var errors => throw new AggregateException(errors.Select(error => new RunException(error))),
        };
    }

    /// <summary>What the language host passes: a JSON object of configuration values by full key.</summary>
    private static Dictionary<string, ConfigurationValue> ReadEnvironmentConfiguration()
    {
        if (Environment.GetEnvironmentVariable("PULUMI_CONFIG") is not { } json)
            return [];
        using var document = JsonDocument.Parse(json);
        var values = new Dictionary<string, ConfigurationValue>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var key = property.Name.Split(':', 3) is [var name, "config", var rest] ? $"{name}:{rest}" : property.Name;
            values[key] = new ConfigurationValue(property.Value.ToString());
        }

        return values;
    }
}
