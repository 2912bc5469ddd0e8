using System.Text;
using Pulumi.Offline.Generator.Schema;

namespace Pulumi.Offline.Generator.Writing;

/// <summary>Writes the classes a program fills in: args, state and function inputs.</summary>
internal sealed class InputWriter(Package package, TypeNames names)
{
    public void Write(StringBuilder text, string name, IReadOnlyList<Property> properties, Shape shape, bool ofProvider = false)
    {
        // Official Kubernetes args are open classes.
        var modifier = package.IsKubernetes && !ofProvider ? "" : "sealed ";
        // The inputs of a function itself cross as invoke args, whatever wraps their members.
        var isInvoke = shape == Shape.InvokePlain || (shape == Shape.InvokeInput && name.EndsWith("InvokeArgs", StringComparison.Ordinal));
        var baseName = isInvoke ? "InvokeArgs" : "ResourceArgs";
        text.Append($"public {modifier}class {name} : global::Pulumi.{baseName}\n{{\n");
        foreach (var property in properties)
        {
            WriteProperty(text, name, property, shape, ofProvider);
        }

        var defaults = properties.Select(property => (property.CSharpName, Value: Default(property))).Where(pair => pair.Value is not null).ToList();
        if (defaults.Count > 0)
        {
            text.Append($"public {name}()\n{{\n");
            foreach (var (property, value) in defaults)
            {
                text.Append($"{property} = {value};\n");
            }

            text.Append("}\n");
        }

        text.Append($"public static new {name} Empty => new {name}();\n}}\n");
    }

    private void WriteProperty(StringBuilder text, string owner, Property property, Shape shape, bool ofProvider)
    {
        if (property.CSharpName == owner)
        {
            throw new SchemaException($"{owner}.{property.Name}: the C# name is the class's own; give another in language.csharp.name.");
        }

        var type = names.Input(property.Type, shape);
        var isCollection = property.Type.Kind is TypeKind.Array or TypeKind.Map;
        var secret = property.Secret && shape != Shape.InvokePlain;
        var required = property.Required ? ", required: true" : "";
        // A provider's configuration crosses the wire as strings, everything else as JSON text in one.
        var json = ofProvider && property.Type.Kind != TypeKind.String ? ", json: true" : "";
        var attribute = $"[Input({Names.Quote(property.Name)}{required}{json})]\n";
        if (!isCollection && !secret)
        {
            var initializer = property.Required && !(shape == Shape.InvokePlain && TypeNames.IsValueType(property.Type)) ? " = null!;" : "";
            text.Append(attribute).Append($"public {type}{(property.Required ? "" : "?")} {property.CSharpName} {{ get; set; }}{initializer}\n");
            return;
        }

        var field = "_" + property.Name;
        text.Append(attribute).Append($"private {type}? {field};\n");
        var declared = isCollection ? type : type + "?";
        var getter = isCollection ? $"{field} ?? ({field} = new {type}())" : field;
        var setter = secret ? $"Utilities.{SecretHelper(property.Type)}(value)" : "value";
        text.Append($"public {declared} {property.CSharpName} {{ get => {getter}; set => {field} = {setter}; }}\n");
    }

    private static string SecretHelper(TypeSpec type) => type.Kind switch
    {
        TypeKind.Array => "SecretList",
        TypeKind.Map => "SecretMap",
        _ => "Secret",
    };

    private static string? Default(Property property)
    {
        if (property.DefaultEnvironment.Count == 0)
        {
            return property.DefaultLiteral;
        }

        var kind = property.Type.Kind switch
        {
            TypeKind.Boolean => "Boolean",
            TypeKind.Integer => "Int32",
            TypeKind.Number => "Double",
            _ => "",
        };
        var variables = string.Join(", ", property.DefaultEnvironment.Select(Names.Quote));
        return $"Utilities.GetEnv{kind}({variables})" + (property.DefaultLiteral is { } literal ? $" ?? {literal}" : "");
    }
}
