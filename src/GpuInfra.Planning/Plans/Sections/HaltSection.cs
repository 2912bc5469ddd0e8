using System.Collections.Immutable;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>budget.halt</c>.</summary>
internal static class HaltSection
{
    private static readonly Key<ImmutableArray<string>> Servings = Key.Optional(
        "servings", new ListValue<string>(Names.Name(40)), "Servings whose pools are halted.", []);

    private static readonly Key<ImmutableArray<string>> Teams = Key.Optional(
        "teams", new ListValue<string>(Names.Name(40)), "Teams whose own pools are halted; those that teams share are not.", []);

    private static readonly Key<ImmutableArray<string>> Pools = Key.Optional(
        "pools", new ListValue<string>(PoolId), "Pools that are halted, by the ids that gpuinfra plan shows.", []);

    private static readonly Key<HaltTo> To = Key.Optional(
        "to",
        new ChoiceValue<HaltTo>(new("zero", HaltTo.Zero), new("running", HaltTo.Running)),
        "What a halted pool keeps: no machine, or those that run, with none started any more. In production always running.",
        HaltTo.Zero);

    private static readonly Key<ShutdownMode> Mode = Key.Optional(
        "mode",
        new ChoiceValue<ShutdownMode>(new("dryRun", ShutdownMode.DryRun), new("enforce", ShutdownMode.Enforce)),
        "Whether pools are halted, or people are told what would be.",
        ShutdownMode.DryRun);

    private static readonly Key<ProductionHalt> Production = Key.Optional(
        "production",
        new ChoiceValue<ProductionHalt>(new("alert", ProductionHalt.Alert), new("hold", ProductionHalt.Hold)),
        "In a plan of production: alert tells people and halts nothing; hold starts no machine any more in the pools named, and ends none.",
        ProductionHalt.Alert);

    private static readonly Key<ImmutableArray<string>> Roles = Key.Optional(
        "roles", new ListValue<string>(Role), "Names of AWS roles that may start no machine from then on, as [ml-experiments]; never in prod.", []);

    private static readonly Key<ImmutableArray<string>> NeverRoles = Key.Optional(
        "neverRoles", new ListValue<string>(Role), "Names of the roles that deploy and that break glass: nothing is ever denied to them. At least two, where roles are given.", []);

    private static readonly ImmutableArray<Key> Keys = [Servings, Teams, Pools, To, Mode, Production, Roles, NeverRoles];

    public static readonly PlanValue<HaltDraft> Value = new Section<HaltDraft>(Keys, fields =>
    {
        if (fields.Get(Servings).IsEmpty && fields.Get(Teams).IsEmpty && fields.Get(Pools).IsEmpty && new Key[] { Servings, Teams, Pools }.All(fields.IsSound))
        {
            fields.At.Refuse("says not what is halted: name servings, teams or pools");
        }

        CheckRoles(fields);
        return new HaltDraft(
            new BudgetHalt
            {
                Servings = Ordered(fields, Servings),
                Teams = Ordered(fields, Teams),
                Pools = Ordered(fields, Pools),
                To = fields.Get(To),
                Mode = fields.Get(Mode),
                Production = fields.Get(Production),
                Roles = Ordered(fields, Roles),
                NeverRoles = Ordered(fields, NeverRoles),
            },
            fields);
    });

    private static PlanValue<string> PoolId => Names.Line("the id of a pool", 200, "^[a-z0-9.-]+$");

    private static PlanValue<string> Role => Names.Line("the name of an IAM role", 64, @"^[\w+=,.@-]+$");

    /// <summary>Refuses names that the plan does not know, and denials in production.</summary>
    public static void Check(HaltDraft draft, ImmutableArray<Serving> servings, ImmutableArray<Team> teams, bool isProduction)
    {
        Known(draft.Fields, Servings, "serving", [.. servings.Select(serving => serving.Name).OfType<string>()]);
        Known(draft.Fields, Teams, "team", [.. teams.Select(team => team.Name)]);
        if (isProduction && !draft.Halt.Roles.IsEmpty)
        {
            draft.Fields.Refuse(Roles, "nothing is denied to anybody in production: roles are for dev and staging");
        }
    }

    private static void CheckRoles(Fields fields)
    {
        var (roles, never) = (fields.Get(Roles), fields.Get(NeverRoles));
        if (!fields.IsSound(Roles) || !fields.IsSound(NeverRoles) || roles.IsEmpty)
        {
            return;
        }

        if (never.Length < 2)
        {
            fields.Refuse(Roles, "needs neverRoles: name the role that deploys and the one that breaks glass, so that neither can be denied by a slip");
        }

        foreach (var role in roles.Where(never.Contains))
        {
            fields.Refuse(Roles, $"\"{role}\" is one of neverRoles: who deploys or breaks glass is never denied anything");
        }
    }

    private static void Known(Fields fields, Key<ImmutableArray<string>> key, string what, ImmutableArray<string> known)
    {
        foreach (var name in fields.Get(key).Where(name => name is not null && !known.Contains(name)))
        {
            var suggestion = Suggestion.DidYouMean(name, known);
            fields.Refuse(key, $"unknown {what} \"{name}\"" + (suggestion.Length > 0 ? suggestion : known.IsEmpty ? $": the plan has no {what}s" : $"; known are {string.Join(", ", known)}"));
        }
    }

    private static ImmutableArray<string> Ordered(Fields fields, Key<ImmutableArray<string>> key) => [.. fields.Get(key).Order(StringComparer.Ordinal)];
}

/// <summary>What <c>budget.halt</c> holds, and where it stands.</summary>
internal sealed record HaltDraft(BudgetHalt Halt, Fields Fields);
