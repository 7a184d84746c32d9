package dev.busbar.plugin;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Writes the public and protected members of a package as text, one a line, in an order that never changes. */
final class ApiSignature {
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");
    private static final Set<String> OF_EVERY_ENUM = Set.of("values", "valueOf");

    private ApiSignature() {}

    /** Signatures of one package, whose class files lie below a folder. */
    static String of(Path root, String packageName) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> packageName + "." + name.substring(0, name.length() - ".class".length()))
                    .sorted()
                    .map(ApiSignature::load)
                    .filter(ApiSignature::isVisible)
                    .map(ApiSignature::type)
                    .collect(joining("\n"))
                    .replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "");
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiSignature.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        boolean named = !type.isAnonymousClass() && !type.isLocalClass() && !type.isSynthetic();
        return named && isVisible(type.getModifiers()) && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String type(Class<?> type) {
        Stream<String> members = Stream.concat(
                Stream.concat(
                        Arrays.stream(type.getDeclaredFields())
                                .filter(ApiSignature::isShown)
                                .map(ApiSignature::field),
                        Arrays.stream(type.getDeclaredConstructors())
                                .filter(ApiSignature::isShown)
                                .map(ApiSignature::constructor)),
                Arrays.stream(type.getDeclaredMethods())
                        .filter(ApiSignature::isShown)
                        .map(ApiSignature::method));
        return members.sorted().map(line -> "    " + line + "\n").collect(joining("", header(type) + "\n", ""));
    }

    private static boolean isShown(Member member) {
        boolean generated = member instanceof Method
                && (OF_EVERY_OBJECT.contains(member.getName())
                        || (member.getDeclaringClass().isEnum() && OF_EVERY_ENUM.contains(member.getName())));
        return isVisible(member.getModifiers()) && !member.isSynthetic() && !generated;
    }

    private static String header(Class<?> type) {
        int implied = type.isInterface() ? Modifier.INTERFACE | Modifier.ABSTRACT | Modifier.STATIC : 0;
        StringBuilder text = new StringBuilder(modifiers(type.getModifiers() & ~implied));
        text.append(kind(type)).append(' ').append(type.getName()).append(variables(type.getTypeParameters()));
        if (type.isRecord()) {
            text.append(Arrays.stream(type.getRecordComponents())
                    .map(component -> component.getGenericType().getTypeName() + " " + component.getName())
                    .collect(joining(", ", "(", ")")));
        }
        Type parent = type.getGenericSuperclass();
        if (parent != null && parent != Object.class && !type.isRecord() && !type.isEnum()) {
            text.append(" extends ").append(parent.getTypeName());
        }
        text.append(list(type.isInterface() ? " extends " : " implements ", type.getGenericInterfaces()));
        if (type.isSealed()) {
            text.append(list(" permits ", type.getPermittedSubclasses()));
        }
        return text.toString();
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        return type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
    }

    private static String field(Field field) {
        return modifiers(field.getModifiers()) + field.getGenericType().getTypeName() + " " + field.getName();
    }

    private static String constructor(Constructor<?> constructor) {
        return modifiers(constructor.getModifiers()) + "<init>" + parameters(constructor);
    }

    private static String method(Method method) {
        int modifiers = method.getModifiers() & ~(Modifier.VOLATILE | Modifier.TRANSIENT);
        return modifiers(modifiers)
                + (method.isDefault() ? "default " : "")
                + variables(method.getTypeParameters())
                + (method.getTypeParameters().length == 0 ? "" : " ")
                + method.getGenericReturnType().getTypeName()
                + " "
                + method.getName()
                + parameters(method);
    }

    private static String parameters(Executable executable) {
        return Arrays.stream(executable.getGenericParameterTypes())
                        .map(Type::getTypeName)
                        .collect(joining(", ", "(", ")"))
                + list(" throws ", executable.getGenericExceptionTypes());
    }

    private static String modifiers(int modifiers) {
        String text = Modifier.toString(modifiers & ~(Modifier.SYNCHRONIZED | Modifier.NATIVE));
        return text.isEmpty() ? "" : text + " ";
    }

    private static String variables(TypeVariable<?>[] variables) {
        return Arrays.stream(variables)
                .map(variable -> variable.getName() + list(" extends ", variable.getBounds()))
                .collect(joining(", ", variables.length == 0 ? "" : "<", variables.length == 0 ? "" : ">"));
    }

    private static String list(String prefix, Type[] types) {
        List<String> names = Arrays.stream(types)
                .filter(type -> type != Object.class)
                .map(Type::getTypeName)
                .toList();
        return names.isEmpty() ? "" : prefix + String.join(", ", names);
    }
}
