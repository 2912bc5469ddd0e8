using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>
/// The values of a section's keys. All of them are read, and unknown and missing keys noted, when it is made; what could not be read
/// then has its default (null where there is none), which is never seen outside, since a plan with problems is not returned.
/// </summary>
internal sealed class Fields
{
    private readonly Dictionary<string, (bool Sound, object? Value)> _values = new(StringComparer.Ordinal);
    private readonly MapNode _map;

    public Fields(Cursor at, MapNode map, ImmutableArray<Key> keys)
    {
        (At, _map) = (at, map);
        foreach (var (name, value) in map.Entries)
        {
            var key = keys.FirstOrDefault(candidate => candidate.Name == name.Text);
            if (key is null)
            {
                RefuseUnknown(name, keys);
                continue;
            }

            _values[key.Name] = (key.TryRead(at.Into(name.Text, value), out var read), read);
        }

        foreach (var key in keys.Where(key => key.IsRequired && map.Find(key.Name) is null))
        {
            at.Refuse($"{key.Name} is missing: {key.Description}");
        }
    }

    /// <summary>The section itself.</summary>
    public Cursor At { get; }

    /// <summary>True when the plan gives the key, readable or not.</summary>
    public bool Has(Key key) => _values.ContainsKey(key.Name);

    /// <summary>True when the key's value can be relied on: it is given and free of problems, or left out where it may be.</summary>
    public bool IsSound(Key key) => _values.TryGetValue(key.Name, out var read) ? read.Sound : !key.IsRequired;

    /// <summary>The key's value, or its default when it is not given or not readable.</summary>
    public T Get<T>(Key<T> key) =>
        _values.TryGetValue(key.Name, out var read)
            && read.Value is T value
            && (read.Sound || !EqualityComparer<T>.Default.Equals(value, default))
            ? value
            : key.Fallback;

    /// <summary>Notes a problem with the key's value, or with the section when the key is not given.</summary>
    public void Refuse(Key key, string message)
    {
        var value = _map.Find(key.Name);
        (value is null ? At : At.Into(key.Name, value)).Refuse(message);
    }

    private void RefuseUnknown(ScalarNode name, ImmutableArray<Key> keys)
    {
        if (name.Text.All(char.IsAsciiDigit))
        {
            At.Into(name.Text, name).Refuse("unknown key: a comma begins the next one, so write numbers without thousands separators");
            return;
        }

        var names = keys.Select(key => key.Name).ToList();
        var suggestion = Suggestion.DidYouMean(name.Text, names);
        var known = suggestion.Length > 0 ? suggestion : $"; known are {string.Join(", ", names)}";
        At.Into(name.Text, name).Refuse($"unknown key{known}");
    }
}
