using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A workload as read, before its references are followed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Team">Its team's name; null when it names none.</param>
/// <param name="Serving">The serving it names; null when it is alone.</param>
/// <param name="Alone">The serving that its own keys describe; null when it names one.</param>
/// <param name="Demand">How much there is; null when it could not be read.</param>
/// <param name="Growth">Its own growth; null when it has none.</param>
/// <param name="Fields">The section.</param>
internal sealed record WorkloadDraft(
    string Name, string? Team, string? Serving, ServingDraft? Alone, DemandDraft? Demand, Growth? Growth, Fields Fields);

/// <summary>An item of <c>workloads</c>.</summary>
internal static class WorkloadSection
{
    private const int LongestName = 40;

    private static readonly Key<string> Name = Key.Required("name", Names.Name(LongestName), "Name of the workload, in tables and cost.");

    private static readonly Key<Growth?> Growth = Key.Optional(
        "growth", GrowthSection.Value, "How this workload grows; left out, as the plan's growth says.");

    public static readonly Key<string?> Team = Key.Optional(
        "team", Names.Name(LongestName), "The team that owns it, a name below teams; required when the plan has teams.");

    public static readonly Key<string?> Serving = Key.Optional(
        "serving",
        Names.Name(ServingSection.LongestName),
        "The serving that answers it, a name below servings. A workload that is alone carries the serving's keys (kind, model, …) itself.");

    public static readonly Key<DemandDraft> Demand = Key.Required("demand", DemandSection.Value, "How much of it there is in the first month.");

    public static readonly PlanValue<WorkloadDraft> Value = new Section<WorkloadDraft>(
        [Name, Team, Serving, Demand, Growth, .. ServingSection.KeysWithoutName.Select(key => key with { IsRequired = false })], Build);

    private static WorkloadDraft Build(Fields fields)
    {
        var own = ServingSection.KeysWithoutName.Where(fields.Has).ToList();
        var name = fields.Get(Name);
        if (fields.Has(Serving))
        {
            foreach (var key in own)
            {
                fields.Refuse(key, $"belongs to the serving \"{fields.Get(Serving)}\" that this workload names: write it there");
            }
        }
        else if (own.Count == 0)
        {
            fields.At.Refuse("serving is missing: name one below servings, or give this workload kind, model and so on itself");
        }

        ServingDraft? alone = null;
        if (!fields.Has(Serving) && own.Count > 0)
        {
            alone = BuildAlone(fields, name);
        }

        return new WorkloadDraft(
            name, fields.Get(Team), fields.Get(Serving), alone, fields.Get(Demand), fields.Get(Growth), fields);
    }

    /// <summary>The serving that a workload describes with its own keys, under its own name.</summary>
    private static ServingDraft BuildAlone(Fields fields, string name)
    {
        foreach (var key in ServingSection.KeysWithoutName.Where(key => key.IsRequired && !fields.Has(key)))
        {
            fields.At.Refuse($"{key.Name} is missing, since this workload names no serving: {key.Description}");
        }

        if (name is { Length: > ServingSection.LongestName })
        {
            fields.Refuse(Name, $"a serving gets this name, so it has at most {ServingSection.LongestName} characters");
        }

        return ServingSection.Build(fields, name);
    }
}
