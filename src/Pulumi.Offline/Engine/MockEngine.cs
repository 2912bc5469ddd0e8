using System.Collections;
using System.Collections.Immutable;
using Pulumi.Offline;
using Pulumi.Serialization;
using Pulumi.Testing;

namespace Pulumi.Engine;

/// <summary>Answers from a test's mocks, seeing and hiding what the official SDK's mock monitor does.</summary>
internal sealed class MockEngine(IMocks mocks, string project, string stack) : IEngine
{
    private readonly Lock _lock = new();
    private readonly List<Resource> _resources = [];
    private readonly List<string> _errors = [];

    public ImmutableArray<Resource> Resources
    {
        get
        {
            lock (_lock)
                return [.. _resources];
        }
    }

    public ImmutableArray<string> Errors
    {
        get
        {
            lock (_lock)
                return [.. _errors];
        }
    }

    public async Task<ResourceAnswer> RegisterAsync(Resource resource, ResourceRequest request)
    {
        lock (_lock)
            _resources.Add(resource);
        var urn = NewUrn(request);
        if (request.Type == Stack.RootType)
            return new ResourceAnswer(urn, null, PropertyValues.EmptyMap);

        var existingId = request.ReadId ?? request.Options.ImportId ?? "";
        var (id, state) = await mocks.NewResourceAsync(new MockResourceArgs
        {
            Type = request.Type,
            Name = request.Name,
            Inputs = ToPlain(request.Inputs),
            Provider = request.Provider?.ToString() ?? "",
            Id = existingId,
        });
        return new ResourceAnswer(urn, id ?? existingId, await ToMapAsync(state));
    }

    public Task RegisterOutputsAsync(string urn, PropertyValue.Map outputs)
    {
        var plain = outputs.Members.ToImmutableDictionary(
            output => output.Key, output => new Output<object?>(Converter.Convert<object?>(output.Key, output.Value)));
        return mocks.RegisterResourceOutputs(new MockRegisterResourceOutputsRequest(urn, plain));
    }

    public async Task<PropertyValue> InvokeAsync(string token, PropertyValue.Map args, ProviderReference? provider)
    {
        var result = await mocks.CallAsync(new MockCallArgs
        {
            Token = token,
            Args = ToPlain(args),
            Provider = provider?.ToString() ?? "",
        });
        return await ToMapAsync(result);
    }

    public void Log(LogSeverity severity, string message, string? urn)
    {
        if (severity != LogSeverity.Error)
            return;
        lock (_lock)
            _errors.Add(message);
    }

    private static ImmutableDictionary<string, object> ToPlain(PropertyValue.Map values)
    {
        var plain = ImmutableDictionary.CreateBuilder<string, object>();
        foreach (var (name, value) in values.Members)
        {
            if (value.Unwrap(out var isKnown, out _).ToPlain() is { } known && isKnown)
                plain.Add(name, known);
        }

        return plain.ToImmutable();
    }

    private static async Task<PropertyValue.Map> ToMapAsync(object state)
    {
        // A generic dictionary that is no IDictionary, as ImmutableDictionary's builder is none, is copied into one that is.
        if (state is not IDictionary && state is IEnumerable<KeyValuePair<string, object>> entries)
            state = entries.ToImmutableDictionary();
        return await new Serializer().SerializeAsync("", state) as PropertyValue.Map
               ?? throw new InvalidOperationException($"{state.GetType().FullName} is not a supported argument type");
    }

    private string NewUrn(ResourceRequest request)
    {
        var outermost = request.ParentUrn is { Length: > 0 } parent ? Urn.QualifiedTypeOf(parent).Split('$')[0] + "$" : "";
        return $"urn:pulumi:{stack}::{project}::{outermost}{request.Type}::{request.Name}";
    }
}
