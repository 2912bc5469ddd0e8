using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>Follows the references of a plan: workloads to servings and teams, servings to what the plan says for all of them.</summary>
internal sealed class References
{
    private readonly Fields _plan;
    private readonly ImmutableArray<WorkloadDraft> _workloads;
    private readonly ImmutableArray<ServingDraft> _servings;
    private readonly ImmutableArray<Team> _teams;

    public References(Fields plan)
    {
        _plan = plan;
        _workloads = [.. plan.Get(PlanSection.Workloads).OrderBy(workload => workload.Name, StringComparer.Ordinal)];
        var alone = _workloads.Select(workload => workload.Alone).OfType<ServingDraft>();
        _servings = [.. plan.Get(PlanSection.Servings).Concat(alone).OrderBy(serving => serving.Serving.Name, StringComparer.Ordinal)];
        _teams = TeamSection.Named(plan.Get(PlanSection.Teams));
        Survive = plan.Get(PlanSection.Survive)?.Over(Survival.None) ?? Survival.None;
    }

    /// <summary>What every serving survives that does not say so itself.</summary>
    public Survival Survive { get; }

    /// <summary>All servings, those of workloads that are alone among them; each has a workload.</summary>
    public ImmutableArray<Serving> Servings()
    {
        foreach (var listed in _plan.Get(PlanSection.Servings).Where(serving => serving.Serving.Name is not null))
        {
            var name = listed.Serving.Name;
            if (_workloads.FirstOrDefault(workload => workload.Alone?.Serving.Name == name) is { } twin)
            {
                twin.Fields.At.Refuse(
                    $"has keys of a serving, and there is a serving of the same name: name it with \"serving: {name}\", or rename one");
            }
            else if (_workloads.All(IsResolved) && _workloads.All(workload => workload.Serving != name))
            {
                listed.Fields.At.Refuse("no workload uses this serving: add one, or leave the serving out");
            }
        }

        CheckRenames();
        CheckOwnModels();
        foreach (var draft in _servings)
        {
            SpanSection.CheckSpot(draft.Fields, draft.Serving, _plan.Get(PlanSection.Purchasing));
            PenaltySection.Check(draft.Fields, draft.Serving.Kind, _plan);
        }

        return [.. _servings.Select(draft => draft.Serving with
        {
            Survive = draft.Serving.FineTuning is null ? draft.Survive?.Over(Survive) ?? Survive : Survival.None, // It goes on from its last checkpoint.
            Residency = (draft.Fields.Get(ServingSection.Residency) ?? _plan.Get(PlanSection.Residency))?.Residency ?? Residency.Anywhere,
        })];
    }

    /// <summary>One id is one model with one set of weights: both are found by it.</summary>
    private void CheckOwnModels()
    {
        foreach (var model in _servings.Where(draft => draft.Serving.Weights is not null).GroupBy(draft => draft.Serving.Model.Id))
        {
            var first = model.First().Serving;
            foreach (var other in model.Where(draft => draft.Serving.Model.Source != first.Model.Source
                || (draft.Serving.Precision == first.Precision && draft.Serving.Weights != first.Weights)))
            {
                other.Fields.Refuse(ServingSection.ModelKey, $"the serving \"{first.Name}\" has another configuration or other weights under the id \"{model.Key}\"");
            }
        }
    }

    /// <summary>A name that a serving had is no other serving's, or both would lay claim to the same machines.</summary>
    private void CheckRenames()
    {
        foreach (var draft in _servings.Where(draft => draft.Serving.RenamedFrom is not null))
        {
            var old = draft.Serving.RenamedFrom;
            if (_servings.Any(other => other.Serving.Name == old))
            {
                draft.Fields.Refuse(ServingSection.RenamedFrom, $"\"{old}\" is a serving of this plan: only a name that is gone can be an earlier one");
            }
            else if (_servings.First(other => other.Serving.RenamedFrom == old) != draft)
            {
                draft.Fields.Refuse(ServingSection.RenamedFrom, $"\"{old}\" is the earlier name of another serving too");
            }
        }
    }

    /// <summary>All workloads with their team and growth.</summary>
    public ImmutableArray<Workload> Workloads() => [.. _workloads.Select(Workload)];

    private Workload Workload(WorkloadDraft draft)
    {
        var serving = draft.Serving is null ? draft.Alone : FindServing(draft);
        var growth = draft.Growth ?? _plan.Get(PlanSection.Growth);
        return new Workload
        {
            Name = draft.Name,
            Team = FindTeam(draft),
            Serving = serving?.Serving.Name!,
            Demand = draft.Demand is { } demand ? DemandRules.Complete(demand, serving, growth, _plan.Get(PlanSection.HorizonMonths))! : null!,
            Growth = growth,
        };
    }

    private ServingDraft? FindServing(WorkloadDraft draft)
    {
        var found = _servings.FirstOrDefault(serving => serving.Serving.Name == draft.Serving);
        if (found is null && _servings.All(serving => serving.Serving.Name is not null) && draft.Serving is not null)
        {
            var names = _servings.Select(serving => serving.Serving.Name).ToList();
            draft.Fields.Refuse(WorkloadSection.Serving, Unknown("serving", draft.Serving, names));
        }

        return found;
    }

    /// <summary>True unless a slip in the workload may be what leaves a serving without one.</summary>
    private bool IsResolved(WorkloadDraft draft) =>
        draft.Alone is not null || _servings.Any(serving => serving.Serving.Name == draft.Serving);

    private Team? FindTeam(WorkloadDraft draft)
    {
        var found = _teams.FirstOrDefault(team => team.Name == draft.Team);
        if (found is not null || !_plan.IsSound(PlanSection.Teams) || !draft.Fields.IsSound(WorkloadSection.Team))
        {
            return found;
        }

        if (draft.Team is not null)
        {
            draft.Fields.Refuse(WorkloadSection.Team, Unknown("team", draft.Team, [.. _teams.Select(team => team.Name)]));
        }
        else if (!_teams.IsEmpty)
        {
            draft.Fields.At.Refuse($"team is missing: one of {string.Join(", ", _teams.Select(team => team.Name))}");
        }

        return null;
    }

    private static string Unknown(string what, string name, IReadOnlyCollection<string> known)
    {
        var suggestion = Suggestion.DidYouMean(name, known);
        return $"unknown {what} \"{name}\""
            + (suggestion.Length > 0 ? suggestion : known.Count == 0 ? $": the plan has no {what}s" : $"; known are {string.Join(", ", known)}");
    }
}
