namespace GpuInfra.Offline.Checks;

/// <summary>What must survive a loss survives it.</summary>
internal static class SurvivalCheck
{
    public static PreviewCheck Survival { get; } = new(
        "survival",
        "every serving keeps what the plan promises after the loss of a zone or a cloud",
        record => record.Fleet.Servings.SelectMany(fleet => fleet.Survival
            .Where(check => !check.Holds)
            .Select(check => new Finding(
                fleet.Serving.Name,
                $"after the loss of {check.Lost}, {check.Remaining} of P95 demand is served; "
                + $"the plan asks for {check.Required}"))));
}
