using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes an enum of strings as the struct the official SDKs use.</summary>
internal static class EnumWriter
{
    public static void Write(StringBuilder text, EnumType type)
    {
        var name = Names.OfToken(type.Token);
        text.Append($$"""
            [EnumType]
            public readonly struct {{name}} : global::System.IEquatable<{{name}}>
            {
            private readonly string _value;
            private {{name}}(string value)
            {
            _value = value ?? throw new global::System.ArgumentNullException(nameof(value));
            }

            """);
        foreach (var member in type.Members)
        {
            if (!SyntaxFacts.IsValidIdentifier(member.Key))
            {
                throw new SchemaException($"{type.Token}: {member.Key} is not a C# name.");
            }

            text.Append($"public static {name} {member.Key} {{ get; }} = new {name}({Names.Quote(member.Value)});\n");
        }

        text.Append($$"""
            public static bool operator ==({{name}} left, {{name}} right) => left.Equals(right);
            public static bool operator !=({{name}} left, {{name}} right) => !left.Equals(right);
            public static explicit operator string({{name}} value) => value._value;
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            public override bool Equals(object? obj) => obj is {{name}} other && Equals(other);
            public bool Equals({{name}} other) => string.Equals(_value, other._value, global::System.StringComparison.Ordinal);
            [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
            public override int GetHashCode() => _value?.GetHashCode() ?? 0;
            public override string ToString() => _value;
            }

            """);
    }
}
