using GpuInfra.Planning.Optimization;

namespace GpuInfra.Planning.Fleets;

/// <summary>What a serving may use side by side in a cloud: so many offers, one of a pool, those of one region. What is outside the clouds is not bound.</summary>
internal static class SideBySideRows
{
    /// <summary>Adds the rows of a serving.</summary>
    public static void Add(ServingVariables variables, IntegerProgram program)
    {
        var serving = variables.Serving;
        foreach (var cloud in serving.Choices.Where(choice => !choice.IsExternal).GroupBy(choice => choice.Cloud).OrderBy(cloud => cloud.Key))
        {
            var offers = cloud.Select(choice => choice.Offer).Distinct().Order(StringComparer.Ordinal).ToList();
            var regions = cloud.Select(choice => choice.Region).Distinct().Order(StringComparer.Ordinal).ToList();
            var pools = cloud.GroupBy(choice => choice.Pool, choice => choice.Offer).Select(pool => (pool.Key, Offers: pool.Distinct().ToList())).Where(pool => pool.Offers.Count > 1).ToList();
            if (offers.Count <= serving.MostOffers && regions.Count == 1 && pools.Count == 0)
            {
                continue;
            }

            var used = offers.ToDictionary(offer => offer, offer => program.Add(new Variable(LpFormat.Name("y", serving.Name, offer), 0, 1, 0, true)));
            foreach (var choice in cloud)
            {
                program.Add(new Row(
                    LpFormat.Name("use", serving.Name, choice.Offer, JsonText.Word(choice.Tier), choice.Place),
                    [.. variables.Of(choice, 1), new Term(used[choice.Offer], -ServingVariables.MostInstances(serving, choice))],
                    Sense.AtMost, 0));
            }

            var word = JsonText.Word(cloud.Key);
            if (offers.Count > serving.MostOffers)
            {
                program.Add(new Row(LpFormat.Name("offers", serving.Name, word), [.. offers.Select(offer => new Term(used[offer], 1))], Sense.AtMost, serving.MostOffers));
            }

            if (serving.MostOffers > 1)
            {
                AddPools(pools, used, program);
                AddRegions(serving, word, regions, cloud, used, program);
            }
        }
    }

    private static void AddPools(List<(string Id, List<string> Offers)> pools, Dictionary<string, int> used, IntegerProgram program)
    {
        foreach (var (id, offers) in pools)
        {
            program.Add(new Row(LpFormat.Name("pool", id), [.. offers.Select(offer => new Term(used[offer], 1))], Sense.AtMost, 1));
        }
    }

    private static void AddRegions(
        ServingNeed serving, string cloud, List<string> regions, IEnumerable<PoolChoice> choices, Dictionary<string, int> used, IntegerProgram program)
    {
        if (regions.Count == 1)
        {
            return;
        }

        var runsIn = regions.ToDictionary(region => region, region => program.Add(new Variable(LpFormat.Name("v", serving.Name, cloud, region), 0, 1, 0, true)));
        foreach (var choice in choices.DistinctBy(choice => choice.Offer))
        {
            program.Add(new Row(
                LpFormat.Name("in", serving.Name, choice.Offer), [new Term(used[choice.Offer], 1), new Term(runsIn[choice.Region], -1)], Sense.AtMost, 0));
        }

        program.Add(new Row(LpFormat.Name("region", serving.Name, cloud), [.. runsIn.Values.Select(region => new Term(region, 1))], Sense.AtMost, 1));
    }
}
