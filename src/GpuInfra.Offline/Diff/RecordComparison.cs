using System.Collections.Immutable;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Diff;

/// <summary>Compares two records of a stack.</summary>
public sealed class RecordComparison
{
    private static readonly string[] InheritedByResources = ["defaultTags", "defaultLabels"];

    private readonly StackRecord _before;
    private readonly StackRecord _after;
    private readonly ResourceMatch _match;
    private readonly ResourceComparison _comparison;
    private readonly Dictionary<string, ResourceAction> _actions = new(StringComparer.Ordinal);

    private RecordComparison(StackRecord before, StackRecord after)
    {
        (_before, _after, _match) = (before, after, new ResourceMatch(before, after));
        _comparison = new ResourceComparison(
            before, after, _match, urn => _actions.GetValueOrDefault(urn, ResourceAction.Same));
    }

    /// <summary>What deploying <paramref name="after"/> changes where <paramref name="before"/> is deployed.</summary>
    /// <exception cref="PlanException">The records are of different stacks.</exception>
    public static RecordDiff Compare(StackRecord before, StackRecord after, DiffOptions options)
    {
        if (before.Stack != after.Stack)
        {
            throw new PlanException([new PlanProblem(
                "diff", 0, 0, "", $"the records are of two stacks, {before.Stack} and {after.Stack}; compare records of one.")]);
        }

        return new RecordComparison(before, after).Run(options);
    }

    private RecordDiff Run(DiffOptions options)
    {
        var kept = DependencyOrder.Of(_after.Resources).Where(IsManaged).Select(Kept).ToList();
        var gone = _before.Resources.Where(resource => IsManaged(resource) && !IsStillManaged(resource)).ToLookup(IsInScope);
        var changes = kept.Concat(gone[true].Select(Gone)).Where(change => change.Action != ResourceAction.Same || change.MovedFrom is not null)
            .OrderBy(change => change.Urn, StringComparer.Ordinal).ToImmutableArray();
        var diff = new RecordDiff
        {
            Stack = _after.Stack,
            Before = _before.Fleet,
            After = _after.Fleet,
            Resources = changes,
            Same = kept.Count(change => change.Action == ResourceAction.Same),
            Outputs = Outputs(),
            Notes = [.. _after.Resources.Where(IsProvider).SelectMany(ProviderNotes), .. ScopeNotes(gone[false].Count())],
            Gate = [],
        };
        var evidence = new DiffEvidence(
            diff, _after.Retired, _after.Waivers, options.Today ?? _after.Fleet.FirstDay, options.AllowUnknownReplace)
        {
            IncidentUntil = _after.Incident?.Until,
            Freeze = options.Today is { } day ? _before.Freezes.Concat(_after.Freezes).FirstOrDefault(freeze => freeze.Holds(day)) : null,
        };
        return diff with { Gate = PolicyRun.Run(evidence) };
    }

    /// <summary>True for a resource that a provider makes, and not for a provider.</summary>
    public static bool IsManaged(ResourceRecord resource) =>
        resource.IsCustom && resource.ReadId is null && !resource.Type.StartsWith("pulumi:", StringComparison.Ordinal);

    /// <summary>A cloud that is out of scope is not registered, and stays as it is.</summary>
    private bool IsInScope(ResourceRecord resource) => _after.Scope is not { } scope || resource.Type.StartsWith($"{scope}:", StringComparison.Ordinal);

    private IEnumerable<string> ScopeNotes(int untouched) => _after.Scope is not { } scope ? [] :
    [
        FormattableString.Invariant($"scope is {scope}: {untouched} resources of the other cloud are not registered and stay as they are. Deploy with: ")
        + $"pulumi up --stack {_after.Stack} --target '**gpuinfra:{(scope == "aws" ? "amazon" : "google")}:**' --target '**pulumi:providers:{scope}::**'",
    ];

    private static bool IsProvider(ResourceRecord resource) =>
        resource.Type.StartsWith("pulumi:providers:", StringComparison.Ordinal);

    private bool IsStillManaged(ResourceRecord old) => _match.After(_match.Now(old.Urn)) is { } now && IsManaged(now);

    private ResourceChange Kept(ResourceRecord now)
    {
        var old = _match.Before(now.Urn) is { } match && IsManaged(match) ? match : null;
        var changes = old is null ? [] : Provider(old, now).Concat(_comparison.Changes(old, now)).ToImmutableArray();
        var action = old is null ? ResourceAction.Create
            : changes.IsEmpty ? ResourceAction.Same
            : changes.Max(change => change.Effect) switch
            {
                ChangeEffect.Replace => ResourceAction.Replace,
                ChangeEffect.Unknown => ResourceAction.UpdateOrReplace,
                _ => ResourceAction.Update,
            };
        _actions[now.Urn] = action;
        return Change(old ?? now, action, now) with
        {
            MovedFrom = old is not null && old.Urn != now.Urn ? old.Urn : null,
            Changes = changes,
            Notes = [.. Notes(old, now, action)],
        };
    }

    private ResourceChange Gone(ResourceRecord old) => Change(old, ResourceAction.Delete, old) with
    {
        Notes = old.Options.RetainOnDelete ? ["leaves the stack and stays in the cloud, billed"] : [],
    };

    private ResourceChange Change(ResourceRecord old, ResourceAction action, ResourceRecord now) => new()
    {
        Urn = now.Urn,
        Type = now.Type,
        Name = now.Name,
        Action = action,
        Provider = now.Provider?.Split("::")[^1],
        Pool = (_after.Fleet.Pools.Where(pool => pool.Owns(now.Name)).MaxBy(pool => pool.Id.Length)
            ?? _before.Fleet.Pools.Where(pool => pool.Owns(now.Name)).MaxBy(pool => pool.Id.Length))?.Id,
        IsProtected = action != ResourceAction.Create && old.Options.Protect,
        Irrevocable = IrrevocableKinds.Of(now.Type),
    };

    private static IEnumerable<string> Notes(ResourceRecord? old, ResourceRecord now, ResourceAction action)
    {
        if (action is ResourceAction.Replace or ResourceAction.UpdateOrReplace)
        {
            // A name that the program gives is taken until the old resource is gone; without one the engine makes a fresh one.
            var first = now.Options.DeleteBeforeReplace ?? now.Inputs.Members.ContainsKey("name");
            yield return (action == ResourceAction.Replace ? "" : "if replaced: ")
                + (first
                    ? "the old one is deleted before the new one is made"
                    : "the new one is made first, under a new name if it is named automatically");
        }

        if (old?.Options.Protect == true && !now.Options.Protect)
        {
            yield return "is no longer protected";
        }

        if (action == ResourceAction.Create && now.Options.ImportId is { } id)
        {
            yield return $"is adopted, not made: {id}";
        }

        if (old is not null && Difference.Secrets(PropertyPath.Root, now.Inputs).ToList() is { Count: > 0 } secrets)
        {
            yield return $"secret, cannot be compared: {string.Join(", ", secrets.Select(secret => secret.Text))}";
        }
    }

    /// <summary>A provider that acts in another account, project or region makes every resource of it another one.</summary>
    private IEnumerable<PropertyChange> Provider(ResourceRecord old, ResourceRecord now)
    {
        var (was, uses) = (old.Provider is null ? null : _match.Now(old.Provider), now.Provider);
        var moved = was != uses ? ["provider"]
            : uses is not null && _match.Before(uses) is { } provider && _match.After(uses) is { } changed
                ? ProviderChanges(provider, changed)
                    .Where(property => !InheritedByResources.Contains(property)).ToList()
                : [];
        return moved.Take(1).Select(property => new PropertyChange
        {
            Path = PropertyPath.Root.Member("provider"),
            Effect = ChangeEffect.Unknown,
            Reason = was != uses
                ? "another provider may stand for another account or region"
                : $"its provider's {string.Join(", ", moved)} changes",
            Before = old.Provider?.Split("::")[^1] ?? "default",
            After = now.Provider?.Split("::")[^1] ?? "default",
        });
    }

    private IEnumerable<string> ProviderNotes(ResourceRecord now) => _match.Before(now.Urn) is not { } old ? []
        : ProviderChanges(old, now).Where(InheritedByResources.Contains)
            .Select(property => $"{now.Name}: {property} changes, which updates every resource that carries tags");

    private static IEnumerable<string> ProviderChanges(ResourceRecord old, ResourceRecord now) =>
        Difference.Between(PropertyPath.Root, old.Inputs, now.Inputs).Select(change => change.Path.Property).Distinct();

    private ImmutableArray<PropertyChange> Outputs() =>
        [.. Difference.Between(PropertyPath.Root, _before.Outputs, _after.Outputs).Select(change => new PropertyChange
        {
            Path = change.Path,
            Effect = ChangeEffect.Update,
            Before = ShownValue.Of(change.Before),
            After = ShownValue.Of(change.After),
        })];
}
