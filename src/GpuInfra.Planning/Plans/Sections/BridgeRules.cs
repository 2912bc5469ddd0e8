using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>Names in <c>shadow</c> and <c>cascade</c>, and where APIs can be asked.</summary>
internal static class BridgeRules
{
    /// <summary>Refuses APIs that no cloud of the plan may ask, and names that say two things.</summary>
    public static void CheckApis(Fields fields, Key key, ImmutableArray<ApiBackend> apis, IReadOnlyCollection<CloudProvider> clouds)
    {
        foreach (var api in apis.Where(api => api.Only is { } only && !clouds.Contains(only)))
        {
            fields.Refuse(key, $"{api.Name} speaks {JsonText.Word(api.Dialect)}, which routers on {JsonText.Word(api.Only!.Value)} alone may ask, and the plan has no machines there");
        }

        foreach (var name in apis.Select(api => api.Name).Where(name => name is not null).GroupBy(name => name).Where(name => name.Count() > 1))
        {
            fields.Refuse(key, $"two APIs are called \"{name.Key}\": give each a name of its own");
        }
    }

    /// <summary>Follows the names of a route.</summary>
    public static void Check(Fields fields, Serving from, ServingRoute route, RouterPlan router, ImmutableArray<Serving> servings)
    {
        foreach (var api in route.Overflow.Where(api => router.Apis.Any(other => other.Name == api.Name)))
        {
            fields.Refuse(RouteSection.Overflow, $"router.apis has an API \"{api.Name}\" too: give one of them another name");
        }

        var apis = route.Overflow.Concat(router.Apis).Select(api => api.Name).Distinct().ToList();
        if (route.Shadow is { } shadow && fields.IsSound(ShadowSection.Shadow))
        {
            if (!IsOnline(fields, ShadowSection.Shadow, from))
            {
                return;
            }

            if (router.ApiOf(route, shadow.To) is not { } api)
            {
                fields.Refuse(ShadowSection.Shadow, $"unknown API \"{shadow.To}\"{Suggestion.DidYouMean(shadow.To, apis)}: name one of overflow or router.apis");
            }
            else if (!from.Residency.Allows(api.Region))
            {
                Abroad(fields, ShadowSection.Shadow, from, api);
            }
            else if (!from.Residency.Equals(Residency.Anywhere) && !shadow.CopiesResidentData)
            {
                fields.Refuse(ShadowSection.Shadow, $"residency binds {from.Name} to {string.Join(", ", from.Residency.Allow)}, and {api.Name} would keep copies of its requests: write copiesResidentData: true if it may, or leave shadow out");
            }

            if (route.Cascade is not null)
            {
                fields.Refuse(ShadowSection.Shadow, "a cascade's requests are not copied: leave one of the two out");
            }
        }

        if (route.Cascade is { } cascade && fields.IsSound(CascadeSection.Cascade) && IsOnline(fields, CascadeSection.Cascade, from))
        {
            CheckCascade(fields, from, cascade, router.ApiOf(route, cascade.To), servings, router, apis);
        }
    }

    private static void CheckCascade(Fields fields, Serving from, CascadeRoute cascade, ApiBackend? api, ImmutableArray<Serving> servings, RouterPlan router, IReadOnlyCollection<string> apis)
    {
        var other = servings.FirstOrDefault(serving => serving.Name == cascade.To);
        if (api is not null && other is not null)
        {
            fields.Refuse(CascadeSection.Cascade, $"\"{cascade.To}\" is an API and a serving: give one of them another name");
        }
        else if (api is not null)
        {
            if (!from.Residency.Allows(api.Region))
            {
                Abroad(fields, CascadeSection.Cascade, from, api);
            }
        }
        else if (other is null)
        {
            fields.Refuse(CascadeSection.Cascade, $"unknown API or serving \"{cascade.To}\"{Suggestion.DidYouMean(cascade.To, [.. apis, .. servings.Select(serving => serving.Name)])}");
        }
        else if (other.Name == from.Name)
        {
            fields.Refuse(CascadeSection.Cascade, $"\"{other.Name}\" is the serving itself: name another");
        }
        else if (other.Kind is not (ServingKind.Online or ServingKind.Experimentation))
        {
            fields.Refuse(CascadeSection.Cascade, $"{other.Name} is of kind {JsonText.Word(other.Kind)}, which cannot answer for {from.Name}");
        }
        else if (router.RouteOf(other.Name).Cascade is not null)
        {
            fields.Refuse(CascadeSection.Cascade, $"{other.Name} has a cascade of its own: name the last model of the two");
        }
    }

    /// <summary>Chat completions alone are copied and looked at.</summary>
    private static bool IsOnline(Fields fields, Key key, Serving from)
    {
        if (from.Kind is ServingKind.Online or ServingKind.Experimentation)
        {
            return true;
        }

        fields.Refuse(key, $"{from.Name} is of kind {JsonText.Word(from.Kind)}, whose requests are no chat completions: leave {key.Name} out");
        return false;
    }

    private static void Abroad(Fields fields, Key key, Serving from, ApiBackend api) => fields.Refuse(
        key, $"{api.Name} processes data in {api.Region}, and residency of {from.Name} allows {string.Join(", ", from.Residency.Allow)} only: take an endpoint there, or leave {key.Name} out");
}
