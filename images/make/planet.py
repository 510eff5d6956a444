"""A planet as a camera would see it: a lit ball with a rough surface, computed with NumPy."""

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates


def fractal_noise(rng, size, slope=1.9):
    """Return smooth noise, float (size, size), mean 0 and standard deviation 1.

    White noise is weighted in the Fourier plane by frequency ** -slope: the larger `slope`,
    the smoother the surface.
    """
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.fftfreq(size)))
    frequency[0, 0] = np.inf
    waves = np.fft.fft2(rng.standard_normal((size, size))) * frequency**-slope
    noise = np.fft.ifft2(waves).real
    return (noise - noise.mean()) / noise.std()


def ball(size, margin):
    """Return coordinates x, y and depth z of a ball of radius 1, each float (size, size)."""
    axis = np.linspace(-margin, margin, size)
    x, y = np.meshgrid(axis, axis)
    return x, y, np.sqrt(np.clip(1 - x**2 - y**2, 0, None))


def wrap(surface, x, y, zoom=0.32):
    """Lay a flat surface around the ball, so that it is foreshortened towards the rim."""
    half = len(surface) / 2
    stretch = np.arcsin(np.clip(np.hypot(x, y), 0, 1)) / np.maximum(np.hypot(x, y), 1e-6)
    position = half + zoom * half * np.stack([y * stretch, x * stretch])
    return map_coordinates(surface, position, order=3, mode="grid-wrap")


def lit_planet(rng, size, light=(0.6, -0.55, 0.4), relief=0.15):
    """Return brightness in 0..1, float (size, size), of a rough ball lit from `light`."""
    x, y, z = ball(size, 1.0)
    height = wrap(fractal_noise(rng, 1024), x, y)
    height = gaussian_filter(height, size / 1000)
    slope_y, slope_x = np.gradient(height, 2 / size)
    normal = np.stack([x - relief * slope_x * z, y - relief * slope_y * z, z])
    normal /= np.linalg.norm(normal, axis=0)
    light = np.array(light) / np.linalg.norm(light)
    diffuse = np.clip(np.tensordot(light, normal, 1), 0, None)
    return np.clip(0.03 + diffuse * (0.78 + 0.12 * height), 0, 1) ** 1.35
