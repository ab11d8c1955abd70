using Mono.Cecil;
using Mono.Cecil.Cil;

namespace MlNetSer.Tests;

/// <summary>Who uses whom among the folders of one project, found from the compiled types and methods.</summary>
internal sealed class FolderGraph
{
    private readonly SourceFolders _folders;
    private readonly ModuleDefinition _module;
    private readonly Dictionary<(string From, string To), string> _uses = [];

    public FolderGraph(string assemblyPath, string root)
    {
        _folders = new SourceFolders(assemblyPath, root);
        _module = ModuleDefinition.ReadModule(assemblyPath, new ReaderParameters { ReadSymbols = true });
        foreach (var type in _module.GetTypes())
            Read(type);
    }

    /// <summary>Every use that crosses folders, with one example.</summary>
    public IReadOnlyDictionary<(string From, string To), string> Uses => _uses;

    /// <summary>Groups of folders each of which uses, directly or not, every other of its group.</summary>
    public List<List<string>> Circles()
    {
        var folders = _uses.Keys.SelectMany(use => new[] { use.From, use.To }).Distinct().Order(StringComparer.Ordinal).ToList();
        var reach = folders.ToDictionary(folder => folder, Reachable);
        List<List<string>> circles = [];
        foreach (var folder in folders.Where(folder => reach[folder].Contains(folder) && !circles.Any(circle => circle.Contains(folder))))
            circles.Add([.. folders.Where(other => reach[folder].Contains(other) && reach[other].Contains(folder))]);
        return circles;
    }

    private HashSet<string> Reachable(string start)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out var folder))
        {
            foreach (var (_, to) in _uses.Keys.Where(use => use.From == folder))
            {
                if (reached.Add(to))
                    open.Push(to);
            }
        }
        return reached;
    }

    private void Read(TypeDefinition type)
    {
        var home = _folders.Of(type);
        Use(home, type.BaseType, type.FullName);
        foreach (var implemented in type.Interfaces)
            Use(home, implemented.InterfaceType, type.FullName);
        foreach (var field in type.Fields)
            Use(home, field.FieldType, field.FullName);
        foreach (var attribute in type.CustomAttributes)
            Use(home, attribute.AttributeType, type.FullName);
        foreach (var method in type.Methods)
            Read(method, _folders.Of(method) ?? home);
    }

    private void Read(MethodDefinition method, string? home)
    {
        Use(home, method.ReturnType, method.FullName);
        foreach (var parameter in method.Parameters)
            Use(home, parameter.ParameterType, method.FullName);
        if (!method.HasBody)
            return;
        foreach (var local in method.Body.Variables)
            Use(home, local.VariableType, method.FullName);
        foreach (var instruction in method.Body.Instructions)
            Read(instruction, home, method.FullName);
    }

    private void Read(Instruction instruction, string? home, string where)
    {
        switch (instruction.Operand)
        {
            case TypeReference type:
                Use(home, type, where);
                break;
            case FieldReference field:
                Use(home, field.DeclaringType, where);
                break;
            case MethodReference method:
                // The method's own file counts: an extension class may be spread over the folders of what it extends.
                if (method.Resolve() is { } known && known.Module == _module)
                    Add(home, _folders.Of(known), $"{where} -> {known.FullName}");
                Use(home, method.DeclaringType, where);
                if (method is GenericInstanceMethod generic)
                {
                    foreach (var argument in generic.GenericArguments)
                        Use(home, argument, where);
                }
                break;
        }
    }

    private void Use(string? home, TypeReference? used, string where)
    {
        switch (used)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                    Use(home, argument, where);
                Use(home, generic.ElementType, where);
                return;
            case TypeSpecification wrapped:
                Use(home, wrapped.ElementType, where);
                return;
            case TypeDefinition own:
                Add(home, _folders.Of(own), $"{where} -> {own.FullName}");
                return;
        }
    }

    private void Add(string? from, string? to, string example)
    {
        if (from is not null && to is not null && from != to)
            _uses.TryAdd((from, to), example);
    }
}
