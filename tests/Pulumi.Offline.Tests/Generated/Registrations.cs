using System.Collections.Immutable;
using Pulumi.Testing;

namespace Pulumi.Offline.Tests.Generated;

/// <summary>Runs a program on the official test API and keeps what it registered.</summary>
internal sealed class Registrations : IMocks
{
    private readonly List<(string Type, string Name, ImmutableDictionary<string, object> Inputs)> _all = [];

    public IReadOnlyList<(string Type, string Name, ImmutableDictionary<string, object> Inputs)> All => _all;

    public static async Task<Registrations> Of(Action program)
    {
        var mocks = new Registrations();
        await Deployment.TestAsync(mocks, new TestOptions { IsPreview = false }, program);
        return mocks;
    }

    public ImmutableDictionary<string, object> Inputs(string type, string name) =>
        _all.Single(resource => resource.Type == type && resource.Name == name).Inputs;

    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        lock (_all)
            _all.Add((args.Type!, args.Name!, args.Inputs));
        return Task.FromResult<(string?, object)>((args.Name + "-id", args.Inputs
            .SetItem("name", args.Name!)
            .SetItem("selfLink", "links/" + args.Name)));
    }

    public Task<object> CallAsync(MockCallArgs args) => Task.FromResult<object>(ImmutableDictionary<string, object>.Empty
        .Add("accountId", "111122223333")
        .Add("names", ImmutableArray.Create<object>("us-east-1a"))
        .Add("json", "{}")
        .Add("project", "acme-prod"));
}
