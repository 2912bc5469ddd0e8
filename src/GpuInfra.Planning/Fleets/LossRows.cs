using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>Enough is left after the loss of a zone, and after the loss of a cloud.</summary>
internal static class LossRows
{
    /// <summary>Adds the rows of a serving for the loss of each zone.</summary>
    public static IEnumerable<Promise> AddZones(ServingVariables variables, IntegerProgram program)
    {
        var serving = variables.Serving;
        if (serving.Survive.Zone.Fraction == 0)
        {
            yield break;
        }

        foreach (var zone in LossSets.Of(serving.Choices))
        {
            if (!serving.Sizes.IsEmpty)
            {
                foreach (var promise in SizeRows.Add(
                    variables, program, PromiseKind.Zone, zone.Name, "zone", serving.Choices, serving.Survive.Zone.Fraction * serving.P95, 1,
                    lost: choice => zone.Choices.Contains(choice, ReferenceEqualityComparer.Instance) ? variables.MostInZone(choice) : null))
                {
                    yield return promise;
                }

                continue;
            }

            var terms = variables.Rates(_ => true)
                .Concat(zone.Choices.Select(choice => new Term(variables.MostInZone(choice), -variables.Scaled(choice.Rate))));
            yield return new(serving, PromiseKind.Zone, zone.Name, program.Add(new Row(
                LpFormat.Name("zone", serving.Name, zone.Name), [.. terms], Sense.AtLeast, variables.Scaled(serving.Survive.Zone.Fraction * serving.P95))));
        }

        foreach (var choice in serving.Choices)
        {
            program.Add(new Row(
                LpFormat.Name("spread", serving.Name, choice.Offer, JsonText.Word(choice.Tier), choice.Place),
                [.. variables.Of(choice, -1), new Term(variables.MostInZone(choice), choice.Zones.Length)],
                Sense.AtLeast, 0));
        }
    }

    /// <summary>Adds the rows of a serving for the loss of each cloud.</summary>
    public static IEnumerable<Promise> AddClouds(ServingVariables variables, IntegerProgram program)
    {
        var serving = variables.Serving;
        if (serving.Survive.Cloud.Fraction == 0)
        {
            yield break;
        }

        foreach (var cloud in serving.Clouds)
        {
            var word = JsonText.Word(cloud.Cloud);
            if (!serving.Sizes.IsEmpty)
            {
                foreach (var promise in SizeRows.Add(
                    variables, program, PromiseKind.Cloud, word, "cloud",
                    serving.Choices.Where(choice => choice.Cloud != cloud.Cloud), serving.Survive.Cloud.Fraction * serving.P95, 1))
                {
                    yield return promise;
                }

                continue;
            }

            yield return new(serving, PromiseKind.Cloud, word, program.Add(new Row(
                LpFormat.Name("cloud", serving.Name, word), variables.Rates(choice => choice.Cloud != cloud.Cloud),
                Sense.AtLeast, variables.Scaled(serving.Survive.Cloud.Fraction * serving.P95))));
        }
    }
}
