namespace GpuInfra.Offline.Policies;

/// <summary>What must survive a loss survives it.</summary>
internal static class SurvivalRules
{
    public static Policy<Evidence> Survival { get; } = new(
        "survival",
        "every serving keeps what the plan promises after the loss of a zone or a cloud",
        "plan again, or promise less under survive in the plan.",
        evidence => evidence.Fleet.Servings.Select(fleet => new Look(fleet.Serving.Name, [.. fleet.Survival
            .Where(loss => !loss.Holds)
            .Select(loss => $"after the loss of {loss.Lost}, {loss.Remaining} of P95 demand is served; "
                + $"the plan asks for {loss.Required}")])))
    {
        Noun = "serving",
    };
}
