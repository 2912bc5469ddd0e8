using System.Collections.Immutable;
using Pulumi.Engine;
using Pulumi.Offline.Schemas;
using Pulumi.Serialization;

namespace Pulumi.Offline;

/// <summary>Records what a program registers, and answers as an engine would that creates everything anew.</summary>
internal sealed class OfflineEngine(OfflineOptions options, bool isPreview) : IEngine
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceRecord> _resources = new(StringComparer.Ordinal);
    private readonly List<InvokeRecord> _invokes = [];
    private readonly List<LogRecord> _logs = [];
    private readonly List<RunProblem> _problems = [];

    public Task<ResourceAnswer> RegisterAsync(Resource resource, ResourceRequest request)
    {
        var record = ToRecord(request);
        Check(record);
        lock (_lock)
        {
            if (!_resources.TryAdd(record.Urn, record))
            {
                _problems.Add(new RunProblem(
                    record.Urn, "", "is registered twice: the name must be unique among the resources of a type and parent"));
            }
        }

        var id = isPreview || !request.IsCustom ? null : request.ReadId ?? request.Options.ImportId ?? $"{request.Name}-id";
        if (isPreview && request.ReadId is not null)
            id = request.ReadId;
        return Task.FromResult(new ResourceAnswer(record.Urn, id, ToState(resource, request)));
    }

    public Task RegisterOutputsAsync(string urn, PropertyValue.Map outputs)
    {
        lock (_lock)
        {
            if (_resources.TryGetValue(urn, out var record) && record.Outputs is null)
                _resources[urn] = record with { Outputs = outputs };
            else
                _problems.Add(new RunProblem(urn, "", "registers its outputs twice"));
        }

        return Task.CompletedTask;
    }

    public Task<PropertyValue> InvokeAsync(string token, PropertyValue.Map args, ProviderReference? provider)
    {
        lock (_lock)
        {
            if (options.CheckSchemas)
                _problems.AddRange(PackageSchemas.CheckInvoke(token, args).Select(problem => ToProblem(token, problem)));
            var providerInputs = provider is null ? null : _resources.GetValueOrDefault(provider.Urn)?.Inputs;
            var result = options.InvokeAnswers.TryGetValue(token, out var answer)
                ? answer(args)
                : KnownInvokes.Answer(token, args, providerInputs ?? PropertyValues.EmptyMap);
            _invokes.Add(new InvokeRecord(token, provider?.Urn, args, result));
            return Task.FromResult<PropertyValue>(result ?? throw new RunException(
                $"Nothing answers the function '{token}' offline: take the value from configuration, or add an answer to the run."));
        }
    }

    public void Log(LogSeverity severity, string message, string? urn)
    {
        lock (_lock)
            _logs.Add(new LogRecord(severity, message, urn));
    }

    public RunRecord ToRecord(int exitCode)
    {
        lock (_lock)
        {
            var stack = _resources.Values.SingleOrDefault(resource => resource.Type == Stack.RootType);
            return new RunRecord
            {
                IsPreview = isPreview,
                ExitCode = exitCode,
                Resources = [.. _resources.Values.OrderBy(resource => resource.Urn, StringComparer.Ordinal)],
                Invokes =
                [
                    .. _invokes.OrderBy(invoke => invoke.Token, StringComparer.Ordinal)
                        .ThenBy(invoke => RecordJson.ToText(invoke.Args), StringComparer.Ordinal)
                        .ThenBy(invoke => invoke.Provider, StringComparer.Ordinal),
                ],
                Outputs = stack?.Outputs ?? PropertyValues.EmptyMap,
                Logs = [.. _logs],
                Problems =
                [
                    .. _problems.Distinct().OrderBy(problem => problem.Subject, StringComparer.Ordinal)
                        .ThenBy(problem => problem.Path, StringComparer.Ordinal)
                        .ThenBy(problem => problem.Message, StringComparer.Ordinal),
                ],
            };
        }
    }

    private static string? PackageOfProvider(string urn)
        => Urn.TypeOf(urn) is var type && type.StartsWith(ProviderResource.TypePrefix, StringComparison.Ordinal)
            ? type[ProviderResource.TypePrefix.Length..]
            : null;

    private static RunProblem ToProblem(string subject, SchemaProblem problem) => new(subject, problem.Path, problem.Message);

    private void Check(ResourceRecord record)
    {
        var problems = new List<RunProblem>();
        if (options.CheckSchemas && record is { IsCustom: true, ReadId: null })
            problems.AddRange(PackageSchemas.CheckResource(record.Type, record.Inputs).Select(problem => ToProblem(record.Urn, problem)));
        if (record.Provider is { } provider && PackageOfProvider(provider) is { } package && record.Type.Split(':')[0] != package)
            problems.Add(new RunProblem(record.Urn, "", $"is given the provider '{Urn.NameOf(provider)}' of the package '{package}'"));
        if (!isPreview)
        {
            problems.AddRange(record.Inputs.UnknownPaths("").Select(path => new RunProblem(
                record.Urn, path, "is unknown although every computed value has been invented")));
        }

        lock (_lock)
            _problems.AddRange(problems);
    }

    private ResourceRecord ToRecord(ResourceRequest request)
    {
        var parentType = request.ParentUrn is { Length: > 0 } parent && Urn.QualifiedTypeOf(parent) is var type && type != Stack.RootType
            ? type + "$"
            : "";
        return new ResourceRecord
        {
            Urn = $"urn:pulumi:{options.Stack}::{options.Project}::{parentType}{request.Type}::{request.Name}",
            Type = request.Type,
            Name = request.Name,
            IsCustom = request.IsCustom,
            Parent = request.ParentUrn,
            Provider = request.Provider?.Urn,
            ReadId = request.ReadId,
            Options = request.Options,
            Inputs = request.Inputs,
            Dependencies = request.Dependencies,
            PropertyDependencies = request.PropertyDependencies,
        };
    }

    /// <summary>
    /// The outputs: those that repeat an input are known as it is; the others, which a cloud would compute, are unknown in a
    /// preview and invented in a resolved run.
    /// </summary>
    private PropertyValue.Map ToState(Resource resource, ResourceRequest request)
    {
        var state = ImmutableSortedDictionary.CreateBuilder<string, PropertyValue>(StringComparer.Ordinal);
        if (!request.IsCustom)
            return PropertyValues.EmptyMap;
        var invention = new Invention(request.Type, request.Name);
        foreach (var property in OutputSlots.Of(resource.GetType()))
        {
            var given = request.Inputs.Members.GetValueOrDefault(property.Name);
            var value = (given, isPreview) switch
            {
                ({ } input, true) => input,
                ({ } input, false) => invention.Complete(input, property.TargetType),
                (null, true) => PropertyValue.UnknownValue,
                (null, false) => property.IsOptional ? PropertyValue.NullValue : invention.Of(property.Name, property.TargetType),
            };
            var isSecret = request.Options.AdditionalSecretOutputs.Contains(property.Name);
            state[property.Name] = isSecret && value is not PropertyValue.Secret ? new PropertyValue.Secret(value) : value;
        }

        return new PropertyValue.Map(state.ToImmutable());
    }
}
